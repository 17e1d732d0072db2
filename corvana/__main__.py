"""`python -m corvana …`: everything that works without a browser."""

if __name__ == "__main__":
    # The worker's child processes import this file too, and they do not need the command line.
    from corvana.command_line import run

    run()
