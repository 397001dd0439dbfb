local luaunit = require "luaunit"
local app = require "spacer.test"
local hello = require "hello"

testT = {}
function testT:test_ret()
    luaunit.assertEquals(hello({}), "Hello from Spacer!")
end

function testT:test_request()
    local reply = app.request("GET", "/hello")
    luaunit.assertEquals(reply.status, 200)
    luaunit.assertEquals(reply.data, "Hello from Spacer!")
end

os.exit(luaunit.LuaUnit.run())
