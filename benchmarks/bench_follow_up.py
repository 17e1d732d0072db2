"""What a run of an account with a million incidents costs when a hundred are new.

Everything that a run does after PagerDuty was read is done here, in a process of its own: the
changed months are published, findings and scorecard are made anew or kept, and so are the results
that pages usually ask for. First for the whole account, as at the end of the first collection, then
after a hundred new incidents. What is kept is compared with a full computation.

Promises for the hundred: at most 10 seconds of a processor and 600 MB. For the whole account: it is
published in at most 35 seconds, and its findings need at most 1 GB.
"""

if __name__ == "__main__":
    # The child processes import this file too. An import above would count as their memory.
    from benchmarks.following_up import main

    main()
