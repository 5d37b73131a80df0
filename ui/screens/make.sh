#!/usr/bin/env bash
# Makes the pictures of the screen that the README shows: the real binary on
# demo.jsonl, in tmux, as SVG. Run by make screens.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=ui/screens
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go build -o "$work/dockwire" ./cmd/dockwire
go build -o "$work/screens" ./ui/screens
cp "$out/demo.jsonl" "$work/"

# shot NAME KEY... opens the recording, presses keys and takes a picture.
shot() {
  local name=$1; shift
  local tmux=(tmux -L "screens-$$-$name" -f /dev/null)
  env -u NO_COLOR TERM=xterm-256color COLORTERM=truecolor TZ=UTC LC_ALL=C.UTF-8 XDG_CONFIG_HOME="$work/config" \
    "${tmux[@]}" new-session -d -s s -x 110 -y 32 "cd $work && ./dockwire view demo.jsonl"
  "${tmux[@]}" set -ga terminal-overrides ',*:Tc'
  until "${tmux[@]}" capture-pane -p -t s | grep -q '^[0-9]* calls'; do sleep 0.1; done
  for key in "$@"; do
    case $key in
      =*) "${tmux[@]}" send-keys -t s -l "${key#=}" ;;
      *) "${tmux[@]}" send-keys -t s "$key" ;;
    esac
    sleep 0.4
  done
  sleep 7 # messages go by themselves
  "${tmux[@]}" capture-pane -e -p -t s | "$work/screens" > "$out/$name.svg"
  "${tmux[@]}" capture-pane -p -t s | sed 's/[[:space:]]*$//' > "$out/$name.txt"
  "${tmux[@]}" kill-server
}

shot calls g Enter j j Enter
shot stream g Enter j j j Enter ] ] ]
shot sequence g s
shot statistics S
shot filter t f '=is:error or took>200ms' Enter
