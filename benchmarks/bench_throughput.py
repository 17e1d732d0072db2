"""How fast a whole account is collected, and in how much memory: see `collecting.py`."""

if __name__ == "__main__":
    # The child processes import this file too. An import above would count as their memory.
    from benchmarks.collecting import main

    main()
