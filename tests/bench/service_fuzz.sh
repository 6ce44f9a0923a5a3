#!/usr/bin/env bash
# What `arcuate serve` answers to requests that schemathesis (PyPI) makes up from its description: no status from 500 on, and
# nothing that the description does not have. Usage: tests/bench/service_fuzz.sh PROGRAM [EXAMPLES]
# Needs `schemathesis` on PATH, version 4; takes some minutes.
set -eu
program=$(realpath "$1")
examples=${2:-50}
folder=$(mktemp -d)
"$program" serve "$folder" --port 0 --cores 1 --memory 0.5 --largest-upload 0.001 >"$folder/said" 2>"$folder/errors" &
service=$!
cd "$folder"
trap 'kill $service; wait $service || true; rm -r "$folder"' EXIT
until grep -q '^token' "$folder/said"; do sleep 0.1; done
url=$(sed -n 's/^serving .* at //p' "$folder/said")
token=$(cat "$folder/token")
study='connectome: { builtin: 10 }
model: { name: Generic2dOscillator }
duration: 100 ms'
job=$(curl -s -H "Authorization: Bearer $token" -F "study=$study" "${url}api/jobs" | sed 's/.*"id":"\([0-9a-f]*\)".*/\1/')
# Streams of events have no end that can be waited for. Jobs are asked for by the name of one that there is, so that not all
# is 404; that one is not deleted.
curl -s "${url}api/openapi.json" | python3 -c '
import json, sys
text = json.load(sys.stdin)
for path, operations in text["paths"].items():
    for method, operation in operations.items():
        for one in operation["parameters"]:
            known = {"id": sys.argv[1], "name": "study.yml" if "files" in path else "Generic2dOscillator"}
            if one["in"] == "path" and one["name"] in known and method != "delete" and "comparisons" not in path:
                one["schema"] = {"type": "string", "enum": [known[one["name"]]]}
json.dump(text, sys.stdout)' "$job" >"$folder/openapi.json"
schemathesis run "$folder/openapi.json" --url "$url" --header "Authorization: Bearer $token" \
  --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance \
  --exclude-path-regex '/events$' --max-examples "$examples" --rate-limit 100/s
echo "job: $job"
test ! -s "$folder/errors" || cat "$folder/errors"
