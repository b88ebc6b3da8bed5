"""Runs a command and tells what it cost: measure.py FILE-FOR-ITS-OUTPUT COMMAND…"""
import json
import resource
import subprocess
import sys

with open(sys.argv[1], "wb") as output:
    status = subprocess.call(sys.argv[2:], stdout=output)
spent = resource.getrusage(resource.RUSAGE_CHILDREN)
cost = {"status": status, "cpuSeconds": spent.ru_utime + spent.ru_stime, "peakMb": spent.ru_maxrss / 1024}
print(json.dumps(cost))
