"""How fast a data version is rebuilt, and in how much memory: see `rebuilding.py`."""

if __name__ == "__main__":
    # The processes it starts look at this file first; what they load for that would be measured.
    from benchmarks.rebuilding import main

    main()
