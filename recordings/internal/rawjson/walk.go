package rawjson

// Members walks the members of a JSON object.
type Members struct {
	Key   []byte // without its quotes, escapes as written
	Value []byte // as written
	b     []byte
	i     int
	bad   bool

	inside bool // of an object that goes on behind it
}

// Object returns a walk over the members of the object that b holds.
func Object(b []byte) Members {
	i := space(b, 0)
	if i >= len(b) || b[i] != '{' {
		return Members{bad: true}
	}
	return Members{b: b, i: i}
}

// Next goes to the next member. It returns false at the end of the object and
// at the first thing that is not JSON; Bad tells the two apart.
func (m *Members) Next() bool { return m.NextKey() && m.Read() }

// NextKey is Next without the value, which Read or Take has to take, or Inside.
func (m *Members) NextKey() bool {
	return m.plainKey() || m.anyKey()
}

// plainKey takes a further key that is short and has no white space around it.
func (m *Members) plainKey() bool {
	b, from := m.b, m.i+len(`,"`)
	if m.Value == nil || m.bad || from >= len(b) || b[m.i] != ',' || b[m.i+1] != '"' {
		return false
	}
	for i := from; i < len(b)-len(`":`) && i < from+8 && b[i] >= 'a'; i++ {
		if b[i+1] == '"' && b[i+2] == ':' && i+3 < len(b) && b[i+3] > ' ' {
			m.Key, m.i = b[from:i+1], i+3
			return true
		}
	}
	return false
}

func (m *Members) anyKey() bool {
	i, ok := m.separator('}')
	if !ok {
		return false
	}
	if i >= len(m.b) || m.b[i] != '"' {
		return m.fail()
	}
	end := spanString(m.b, i)
	if end < 0 {
		return m.fail()
	}
	m.Key = m.b[i+1 : end-1]
	if i = space(m.b, end); i >= len(m.b) || m.b[i] != ':' {
		return m.fail()
	}
	m.i = space(m.b, i+1)
	return true
}

// Rest is what the value begins.
func (m *Members) Rest() []byte { return m.b[m.i:] }

// Read takes the value.
func (m *Members) Read() bool { return m.value(m.i) }

// Take takes a value of n bytes that is known to be one.
func (m *Members) Take(n int) { m.Value, m.i = m.b[m.i:m.i+n], m.i+n }

// Inside walks the members of the object that is the value, which Leave then takes.
func (m *Members) Inside() Members {
	return Members{b: m.b, i: m.i, inside: true, bad: m.i >= len(m.b) || m.b[m.i] != '{'}
}

// Leave takes the value that was walked to its end.
func (m *Members) Leave(inside *Members) bool {
	if inside.bad {
		return m.fail()
	}
	m.Value, m.i = m.b[m.i:inside.i], inside.i
	return true
}

// Bad reports whether the walk ended because b is not one JSON object.
func (m *Members) Bad() bool { return m.bad }

// Elements walks the elements of a JSON array.
type Elements struct{ m Members }

// Array returns a walk over the elements of the array that b holds.
func Array(b []byte) Elements {
	i := space(b, 0)
	if i >= len(b) || b[i] != '[' {
		return Elements{Members{bad: true}}
	}
	return Elements{Members{b: b, i: i}}
}

// Next goes to the next element, as Members.Next does.
func (e *Elements) Next() bool {
	i, ok := e.m.separator(']')
	return ok && e.m.value(i)
}

// Value is the element as written.
func (e *Elements) Value() []byte { return e.m.Value }

// Bad reports whether the walk ended because b is not one JSON array.
func (e *Elements) Bad() bool { return e.m.bad }

// separator steps over the opening bracket or a comma, to where the next
// member or element begins; false at the end.
func (m *Members) separator(end byte) (int, bool) {
	if m.bad || m.b == nil {
		return 0, false
	}
	first := m.Value == nil
	i := space(m.b, m.i)
	if first {
		i = space(m.b, i+1)
	}
	if i < len(m.b) && m.b[i] == end {
		m.bad = !m.inside && space(m.b, i+1) != len(m.b)
		m.b, m.i = nil, i+1
		return 0, false
	}
	if first {
		return i, true
	}
	if i >= len(m.b) || m.b[i] != ',' {
		return 0, m.fail()
	}
	return space(m.b, i+1), true
}

func (m *Members) value(i int) bool {
	end := -1
	switch b := m.b; {
	case i < len(b) && b[i] == '"':
		end = spanString(b, i)
	case i < len(b) && isDigit(b[i]):
		end = spanNumber(b, i)
	default:
		end = span(b, i, maxDepth)
	}
	if end < 0 {
		return m.fail()
	}
	m.Value, m.i = m.b[i:end], end
	return true
}

func (m *Members) fail() bool {
	m.bad = true
	return false
}
