# launch.sh FOLDER SIGNAL GRACE COMMAND ARGUMENT...
# Already leads its own session. Records itself (a file's name is the record, so it is there whole or not at all),
# then becomes COMMAND. Nothing here interprets COMMAND or its arguments.
folder=$1 signal=$2 grace=$3
shift 3
. "$folder/process.sh"
start_of $$
[ -n "$start" ] || exit 125
: >"$folder/$$.$start.group.$signal.$grace" || exit 125
# The watcher marks the folder closed before it looks for records: it sees ours, or we see its mark.
[ ! -e "$folder/closed" ] || exit 125
exec "$@"
