package widgets

import "github.com/gdamore/tcell/v2"

// ascii is what stands for our own signs where the terminal's character set
// does not have them: a locale that is not UTF-8.
var ascii = map[rune]rune{
	'▾': 'v', '▸': '>', '▴': '^', '→': '>', '←': '<', '↑': '^', '↓': 'v', '▶': '>', '◀': '<', '◁': '<', '…': '~',
	'─': '-', '━': '=', '╌': '-', '│': '|', '┬': '+', '┴': '+', '·': '.', '✗': 'x', '✓': '+', '★': '*', '✎': '"', '●': 'o',
	'◐': '-', '◓': '\\', '◑': '|', '◒': '/', '×': 'x', 'µ': 'u',
}

// PlainSigns lets a screen show our signs by ASCII where it has no better. It
// is called once for a screen.
func PlainSigns(s tcell.Screen) {
	for sign, plain := range ascii {
		s.RegisterRuneFallback(sign, string(plain))
	}
}
