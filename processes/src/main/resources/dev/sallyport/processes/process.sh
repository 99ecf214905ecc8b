# Start times of processes, the one thing that tells a process from a later one with the same id.
# Sourced by launch.sh and watch.sh. Plain POSIX sh; on Linux it starts no further process.

# Sets `stat` to what /proc says of process $1 behind its command name, which may hold anything; fails without one.
stat_of() {
  stat=
  { while IFS= read -r line; do stat="$stat $line"; done <"/proc/$1/stat"; } 2>/dev/null
  [ -n "$stat" ] && stat=${stat##*) }
}

# Sets `start` to the start time of process $1, "" when there is none, and `state` to its state letter.
start_of() {
  start= state=
  if [ -d /proc/self ]; then
    stat_of "$1" || return 0
    set -f
    set -- $stat
    set +f
    [ $# -lt 20 ] || { state=$1; shift 19; start=$1; }
  else
    set -- $(LC_ALL=C TZ=UTC ps -o state= -o lstart= -p "$1" 2>/dev/null)
    [ $# -lt 6 ] || { state=$1; start="$2_$3_$4_$5_$6"; }
  fi
}
