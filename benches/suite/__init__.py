"""The engine and its peers on the same seeded workloads: `make bench`, or `python -m suite` with `benches` on the path.

    __main__     the command line: which sections, which size, where the tables go
    contender    what a contender and a section are
    child        one measurement, in a process of its own
    measure      starts those processes in turns, ends them at their limit, keeps what they say
    figures      spread, ratios, who is best
    table        Markdown and JSON
    machine      what machine this is, what it is busy with, which versions are installed
    draw         the seeded draws that the generators share
    matching/ pay_time/ dunning aging names dates     the sections: workload, contenders, judgement
"""
