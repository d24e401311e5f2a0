#!/usr/bin/env bash
# Follows the alerts of Parallax with nothing but Kafka's own console consumer and bash.
#
#     ./follow.sh 127.0.0.1:9092 parallax.alerts desk
#
# KAFKA_CONSOLE_CONSUMER names the program where it is not kafka-console-consumer.sh on the path.
#
# At least once. A group of the console consumer commits on a timer, handled or not, so this script keeps its place itself,
# in the folder `desk`: the offset after the last event that was handled, and the ids handled, to know a duplicate. It
# reads partition 0, the only one of the topic as Parallax makes it.
set -euo pipefail

bootstrap=$1 topic=${2:-parallax.alerts} place=${3:-desk}
read -ra consumer <<<"${KAFKA_CONSOLE_CONSUMER:-kafka-console-consumer.sh}"
known=' opened escalated updated silence resolved retracted '
mkdir -p "$place"
touch "$place/handled"
declare -A seen
while read -r id; do seen[$id]=1; done <"$place/handled"

# What this subscriber is for: $1 is the event's JSON, $2 its headers, name:value joined by commas.
handle() {
  case ",$2" in
    *,ce_replayid:*) ;; # of the past, run through again: it is news to nobody, and pages nobody
    *,ce_severitytext:high,* | *,ce_severitytext:critical,*) echo "page: ${key:0:8}" >&2 ;;
  esac
  printf '%s\n' "$1"
}

start=earliest
[[ -s $place/offset ]] && start=$(<"$place/offset")
records=$(mktemp -u)
mkfifo "$records"
"${consumer[@]}" --bootstrap-server "$bootstrap" --topic "$topic" --partition 0 --offset "$start" \
  --formatter-property print.offset=true --formatter-property print.headers=true \
  --formatter-property print.key=true --formatter-property null.literal=null >"$records" &
reader=$!
exec 3<"$records"
rm "$records"
trap 'stopping=1; kill "$reader" 2>/dev/null || true' TERM INT
trap 'kill "$reader" 2>/dev/null || true' EXIT
stopping=

# Offset:5 <tab> headers <tab> key <tab> value; JSON has no tab of its own
while [[ -z $stopping ]] && IFS=$'\t' read -r offset headers key value <&3; do
  [[ ,$headers, =~ ,ce_id:([0-9a-f]+), ]] && id=${BASH_REMATCH[1]} || id=
  [[ ,$headers, =~ ,ce_type:parallax\.alert\.([a-z_]+)\.v1, ]] && kind=${BASH_REMATCH[1]} || kind=
  if [[ $headers == *parallax-redriven:* || $value == null ]]; then
    : # a copy meant for one sink of Parallax; a tombstone
  elif [[ -z $id || -z $kind || $known != *" $kind "* || $value != '{'*'}' ]]; then
    echo "$topic $offset: passed over: no alert event that this script knows" >&2
  elif [[ -z ${seen[$id]:-} ]]; then
    handle "$value" "$headers"
    echo "$id" >>"$place/handled"
    seen[$id]=1
  fi
  echo $((${offset#Offset:} + 1)) >"$place/offset.new"
  mv "$place/offset.new" "$place/offset" # in one step: a kill leaves the old place or the new one
done
if [[ -z $stopping ]]; then
  wait "$reader" # it ended by itself: as it did, so does this
  exit
fi
