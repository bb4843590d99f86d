"""The plain way: a set of 13-grams, and every 13-gram of the corpus looked up in it. Figures as one line of JSON."""

import json
import string
import sys
import time

N = 13
TABLE = str.maketrans(
    string.ascii_lowercase + string.ascii_uppercase, string.ascii_lowercase * 2, string.punctuation
)


def words(text):
    return text.translate(TABLE).split()


def main(suite, corpus, most):
    grams = set()
    with open(suite, encoding="utf8") as lines:
        for line in lines:
            own = words(json.loads(line))
            grams.update(tuple(own[at : at + N]) for at in range(len(own) - N + 1))
    begun, wall, size, rows = time.process_time(), time.time(), 0, 0
    with open(corpus, encoding="utf8") as lines:
        for line in lines:
            own = words(json.loads(line)["text"])
            hits = sum(tuple(own[at : at + N]) in grams for at in range(len(own) - N + 1))
            rows += hits > 0
            size += len(line)
            if size >= most:
                break
    print(json.dumps({"bytes": size, "rows": rows, "cpu": time.process_time() - begun, "wall": time.time() - wall}))


main(sys.argv[1], sys.argv[2], float(sys.argv[3]))
