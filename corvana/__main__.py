"""`python -m corvana …`: everything that works without a browser."""

if __name__ == "__main__":
    # Processes of the worker's own look at this file first, and need nothing of the command line.
    from corvana.command_line import run

    run()
