# Sourced by `up` and `down`: the state folder, what of it is removed, and which processes are its own.
# shellcheck shell=bash

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
state=$(realpath -m -- "$here/../../target/real-cloud")

say() { printf '%s\n' "$*" >&2; }

die() {
  say "${0##*/}: $*"
  exit 1
}

usage_error() {
  say "${0##*/}: $* (--help says more)"
  exit 2
}

# Prints the comment at the head of the script that was called: its manual.
manual() { sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; }

# Makes the state folder and takes it for this command alone, until it exits. A folder that holds
# something else is refused, because `run` in it gets emptied.
take_state() {
  local lock=$state/.real-cloud.lock
  if [[ -e $state && ! -e $lock && -n $(ls -A -- "$state") ]]; then
    die "$state holds other things, and no earlier state of ours"
  fi
  mkdir -p -- "$state"
  run=$state/run
  exec 9>"$lock"
  flock --nonblock 9 || die "another up or down is at work in $state"
}

# Removes what of the state must not outlive the services: databases, tokens, passwords.
forget() { rm -rf -- "$run" "$state/target.yaml" "$state/clouds.yaml"; }

# Lists the processes that work in $run and belong to the groups that `up` noted in its file `pid`: gunicorn and
# its worker, of each service. `up` started each as a group of its own, there. A number that has meanwhile gone to
# somebody else is so never taken for ours.
ours() {
  local groups proc stat
  groups=$(paste -sd '|' -- "$run/pid" 2>/dev/null) || return 0
  for proc in /proc/[0-9]*; do
    { read -r stat <"$proc/stat"; } 2>/dev/null || continue
    # After the name in brackets: state, parent, group.
    [[ ${stat##*) } =~ ^[A-Z]\ [0-9]+\ ($groups)\  ]] || continue
    [[ $(readlink -- "$proc/cwd") == "$run" ]] && echo "${proc#/proc/}"
  done
  return 0
}

# Ends what `ours` lists: asks once, insists after 10 s, gives up after 15 s.
stop() {
  local tenths pids
  for ((tenths = 0; tenths < 150; tenths++)); do
    mapfile -t pids < <(ours)
    ((${#pids[@]} > 0)) || return 0
    case $tenths in
      0) kill -TERM "${pids[@]}" 2>/dev/null || true ;;
      100) kill -KILL "${pids[@]}" 2>/dev/null || true ;;
    esac
    sleep 0.1
  done
  return 1
}
