# watch.sh watch FOLDER   waits until standard input ends, then ends every process recorded in FOLDER.
# watch.sh reap FOLDER    ends what an earlier watcher left in FOLDER, except where ids have been reused since.
# A record is an empty file named PID.START.KIND.SIGNAL.GRACE; KIND is `group` (PID leads a process group) or `one`.
trap '' INT TERM HUP QUIT PIPE
mode=$1 folder=$2
. "$folder/process.sh"
cd / || exit 1

# Does group $1, whose leader is gone, still belong to this folder? Its members carry our mark in their environment.
is_ours() {
  [ -d /proc/self ] || return 1
  for entry in /proc/[0-9]*; do
    member=${entry#/proc/}
    stat_of "$member" || continue
    set -f; set -- "$1" $stat; set +f
    [ "${4:-}" = "$1" ] || continue
    if tr '\0' '\n' 2>/dev/null <"/proc/$member/environ" | grep -Fqx "SALLYPORT_RUN=${folder##*/}"; then return 0; fi
  done
  return 1
}

# A signal to a group is written `kill -s NAME -- -GROUP`: dash knows no other form that all shells know.

# Splits record $1 into pid, born, kind, signal, grace.
split() {
  record=${1##*/}
  pid=${record%%.*}; record=${record#*.}
  born=${record%%.*}; record=${record#*.}
  kind=${record%%.*}; record=${record#*.}
  signal=${record%%.*}; grace=${record#*.}
}

# Is anything of the record in pid, born, kind left?
is_left() {
  start_of "$pid"
  if [ -n "$start" ] && [ "$start" != "$born" ]; then return 1; fi
  case $kind in
    one) [ -n "$start" ] && [ "$state" != Z ] ;;
    *)
      kill -s 0 -- "-$pid" 2>/dev/null || return 1
      if [ -z "$start" ] && [ "$mode" = reap ]; then is_ours "$pid"; fi
      ;;
  esac
}

# Sends signal $1 to the record.
send() {
  case $kind in
    one) kill -s "$1" "$pid" 2>/dev/null ;;
    *) kill -s "$1" -- "-$pid" 2>/dev/null ;;
  esac
}

each_record() {
  for file in "$folder"/*.*.*.*.*; do
    [ -e "$file" ] || continue
    split "$file"
    if is_left; then "$1"; else rm -f "$file"; fi
  done
}

ask() { asked=1; send "$signal"; }
insist() { left=1; [ "$tenths" -lt "$((grace * 10))" ] || send KILL; }

if [ "$mode" = watch ]; then
  echo armed
  while IFS= read -r _; do :; done
fi
true >"$folder/closed"

# A second round catches who recorded itself while the first one ran.
for round in 1 2; do
  asked=
  each_record ask
  [ -n "$asked" ] || break
  tenths=0
  while [ "$tenths" -lt 600 ]; do
    left=
    each_record insist
    [ -n "$left" ] || break
    sleep 0.1
    tenths=$((tenths + 1))
  done
done
rm -rf "$folder"
