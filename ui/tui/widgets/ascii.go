package widgets

import "github.com/gdamore/tcell/v2"

// ascii has replacements for our own signs where the terminal's character set
// does not have them: a locale that is not UTF-8.
var ascii = map[rune]rune{
	'▾': 'v', '▸': '>', '▴': '^', '→': '>', '←': '<', '↑': '^', '↓': 'v', '▶': '>', '◀': '<', '◁': '<', '…': '~',
	'─': '-', '━': '=', '╌': '-', '│': '|', '┬': '+', '┴': '+', '·': '.', '✗': 'x', '✓': '+', '★': '*', '✎': '"', '●': 'o',
	'◐': '-', '◓': '\\', '◑': '|', '◒': '/', '×': 'x', 'µ': 'u',
}

// PlainSigns makes a screen show our signs in ASCII where it has nothing better.
// It is called once for a screen.
func PlainSigns(s tcell.Screen) {
	for sign, plain := range ascii {
		s.RegisterRuneFallback(sign, string(plain))
	}
}
