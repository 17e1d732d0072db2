"""How fast a whole account is collected, and in how much memory: see `collecting.py`."""

if __name__ == "__main__":
    # The processes it starts look at this file first; what they load for that would be measured.
    from benchmarks.collecting import main

    main()
