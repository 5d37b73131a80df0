-- A dissector for Wireshark and tshark: the frames of stdcopy, in which Docker
-- sends stdout and stderr of a container over one connection.
--
--   dockwire export wireshark-lua -o stdcopy.lua
--   tshark -X lua_script:stdcopy.lua -r calls.pcapng -Y stdcopy.stream==2
--
-- Or put it into Wireshark's folder of personal Lua plugins.
local names = { [0] = "stdin", [1] = "stdout", [2] = "stderr", [3] = "systemerr" }
local stdcopy = Proto("stdcopy", "Docker stdcopy")
local stream = ProtoField.uint8("stdcopy.stream", "Stream", base.DEC, names)
local length = ProtoField.uint32("stdcopy.length", "Length", base.DEC)
local data = ProtoField.string("stdcopy.data", "Data")
stdcopy.fields = { stream, length, data }

-- A header is the stream, three zeros, and the length of what follows. What has
-- none, as a terminal's output and what a client sends, is left to others.
local function is_header(buf, at)
	return buf(at, 1):uint() <= 3 and buf(at + 1, 3):uint() == 0
end

function stdcopy.dissector(buf, pinfo, tree)
	local at, size = 0, buf:len()
	while at < size do
		local rest = size - at
		if rest >= 4 and not is_header(buf, at) then
			Dissector.get("data"):call(buf(at):tvb(), pinfo, tree)
			return size
		end
		local need = 8
		if rest >= 8 then need = 8 + buf(at + 4, 4):uint() end
		if rest < need and pinfo.can_desegment > 0 then
			pinfo.desegment_offset = at
			pinfo.desegment_len = rest < 8 and DESEGMENT_ONE_MORE_SEGMENT or need - rest
			return size
		end
		if rest < 8 then break end
		local n = math.min(need, rest)
		local frame = tree:add(stdcopy, buf(at, n))
		local kind = buf(at, 1):uint()
		frame:add(stream, buf(at, 1))
		frame:add(length, buf(at + 4, 4))
		if n > 8 then frame:add(data, buf(at + 8, n - 8)) end
		frame:append_text(": " .. names[kind] .. ", " .. (need - 8) .. " bytes")
		at = at + n
	end
	return size
end

local types = DissectorTable.get("media_type")
types:add("application/vnd.docker.multiplexed-stream", stdcopy)
types:add("application/vnd.docker.raw-stream", stdcopy) -- what it was called before API 1.42
DissectorTable.get("http.upgrade"):add("tcp", stdcopy) -- attach and exec
