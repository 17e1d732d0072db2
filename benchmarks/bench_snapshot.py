"""How fast a data version is rebuilt, and in how much memory: see `rebuilding.py`."""

if __name__ == "__main__":
    # The child processes import this file too. An import above would count as their memory.
    from benchmarks.rebuilding import main

    main()
