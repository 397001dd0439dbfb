-- luaunit: unit tests for functions, with the API of LuaUnit 3.4.
--
-- Written for spacer from LuaUnit's public manual. Everything is plain Lua 5.1: a failed assertion
-- is an ordinary `error` whose text starts with the position of the caller and a mark, so it passes
-- through pcall and error like any other message; the runner reads the mark back. Positions come
-- from error levels and debug.traceback (and, after a tail call, debug.getinfo where there is one).
--
-- Two rules keep positions right: every assertion calls `failure` itself, never through another
-- function of this file, and no function on the way to `error` makes a tail call.
--
-- Sections: settings; values as text; comparing; explaining differences; raising; assertions on
-- values, types, tables, strings, errors; aliases; protected calls; outputs; command line;
-- selecting tests; the runner.

local M = {}

-- Captured once: tests may replace the clock, the output or the exit of the code they test.
local clock, date, time, getenv = os.clock, os.date, os.time, os.getenv
local openFile, stdout = io.open, io.stdout
local traceback = debug and debug.traceback or function(text) return text end

----------------------------------------------------------------------------------------------------
-- Settings: fields of the module that a test file may change
----------------------------------------------------------------------------------------------------

--- The LuaUnit version whose API is offered here.
M.VERSION = "3.4"
M._VERSION = "luaunit of spacer, API of LuaUnit v" .. M.VERSION

--- true: assertEquals(actual, expected); false: assertEquals(expected, actual).
M.ORDER_ACTUAL_EXPECTED = true
--- Print the address of every table with its content.
M.PRINT_TABLE_REF_IN_ERROR_MSG = false
--- A table whose one-line form is longer than this is printed one entry per line.
M.LINE_LENGTH = 80
--- Lists with more items than this are reported by their differing part only.
M.LIST_DIFF_ANALYSIS_THRESHOLD = 10
--- Leave the frames of this file out of tracebacks.
M.STRIP_LUAUNIT_FROM_STACKTRACE = true
--- How many more frames lie between an assertion and the line to blame, in a framework on top of this one.
M.STRIP_EXTRA_ENTRIES_IN_STACK_TRACE = 0

--- The distance between 1 and the next larger number; the default margin of assertAlmostEquals.
M.EPS = 2 ^ -52

M.VERBOSITY_QUIET = 0
M.VERBOSITY_LOW = 1
M.VERBOSITY_DEFAULT = 10
M.VERBOSITY_VERBOSE = 20

-- The marks by which the runner tells a failed assertion, a skip and an early success from errors.
M.FAILURE_PREFIX = "luaunit failure: "
M.SKIP_PREFIX = "luaunit skip: "
M.SUCCESS_PREFIX = "luaunit success: "

----------------------------------------------------------------------------------------------------
-- Values as text
----------------------------------------------------------------------------------------------------

local function isNan(value)
    return type(value) == "number" and value ~= value
end

-- Shows every digit that distinguishes a number from its neighbours, and the same text on all engines.
local function numberText(number)
    if number ~= number then return "nan" end
    if number == math.huge then return "inf" end
    if number == -math.huge then return "-inf" end
    if number == 0 then return 1 / number < 0 and "-0" or "0" end
    for digits = 14, 16 do
        local text = string.format("%." .. digits .. "g", number)
        if tonumber(text) == number then return text end
    end
    return string.format("%.17g", number)
end

local escapes = { ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t", ["\\"] = "\\\\", ["\0"] = "\\0" }

local function escapeByte(character)
    return escapes[character] or string.format("\\%03d", string.byte(character))
end

-- Line breaks stay line breaks in a string that stands alone; any other control character, and all
-- of them inside a table, switch the whole string to Lua escapes.
local function stringText(text, isNested)
    local needsEscapes = isNested and "[%c%z]" or "[%z\1-\9\11-\31\127]"
    if string.find(text, needsEscapes) then
        text = string.gsub(text, "[%c%z\\]", escapeByte)
    end
    if not string.find(text, '"', 1, true) then return '"' .. text .. '"' end
    if not string.find(text, "'", 1, true) then return "'" .. text .. "'" end
    return '"' .. string.gsub(text, '"', '\\"') .. '"'
end

-- The text of a table's own __tostring, or nil.
local function ownText(value)
    local metatable = getmetatable(value)
    if type(metatable) ~= "table" or not rawget(metatable, "__tostring") then return nil end
    local ok, text = pcall(tostring, value)
    return ok and type(text) == "string" and text or nil
end

local typeOrder = { number = 1, string = 2, boolean = 3 }

local function keyBefore(a, b)
    local typeA, typeB = type(a), type(b)
    if typeA ~= typeB then
        local orderA, orderB = typeOrder[typeA] or 4, typeOrder[typeB] or 4
        if orderA ~= orderB then return orderA < orderB end
        return typeA < typeB
    end
    if typeA == "number" or typeA == "string" then return a < b end
    return tostring(a) < tostring(b)
end

local function sortedKeys(...)
    local keys, seen = {}, {}
    for i = 1, select("#", ...) do
        for key in next, (select(i, ...)) do
            if not seen[key] then
                seen[key] = true
                keys[#keys + 1] = key
            end
        end
    end
    table.sort(keys, keyBefore)
    return keys
end

-- How many of the first entries of a table, from index 1, print without their keys.
local function listLength(value)
    local length = 0
    while rawget(value, length + 1) ~= nil do length = length + 1 end
    return length
end

-- Finds the tables to label: met twice and holding tables themselves, so that cycles end and shared
-- branches print once. Short leaf tables are simply repeated.
local function findShared(root)
    local meetings, holdsTables, shared = {}, {}, {}
    local function walk(value)
        meetings[value] = (meetings[value] or 0) + 1
        if meetings[value] > 1 or ownText(value) then return end
        for key, item in next, value do
            for _, part in ipairs { key, item } do
                if type(part) == "table" then
                    holdsTables[value] = true
                    walk(part)
                end
            end
        end
    end
    walk(root)
    for value, count in next, meetings do
        if count > 1 and holdsTables[value] then shared[value] = true end
    end
    return shared
end

-- The address that plain tostring shows; a __tostring hides it and gives "table".
local function reference(value)
    return ownText(value) and "table" or tostring(value)
end

local valueText

local function keyText(key, state)
    if type(key) == "string" and string.find(key, "^[%a_][%w_]*$") then return key end
    return "[" .. valueText(key, 0, true, state) .. "]"
end

local function entryTexts(value, depth, state)
    local texts, length = {}, listLength(value)
    for i = 1, length do
        texts[i] = valueText(rawget(value, i), depth + 1, true, state)
    end
    for _, key in ipairs(sortedKeys(value)) do
        local isListed = type(key) == "number" and key >= 1 and key <= length and key % 1 == 0
        if not isListed then
            local item = valueText(rawget(value, key), depth + 1, true, state)
            texts[#texts + 1] = keyText(key, state) .. "=" .. item
        end
    end
    return texts
end

-- What stands before the braces: a number for tables that are referred to again, the address on request.
local function tableLabel(value, state)
    if state.shared[value] then
        state.labels = state.labels + 1
        state.labelOf[value] = "<table " .. state.labels .. ">"
    end
    if M.PRINT_TABLE_REF_IN_ERROR_MSG then
        state.labelOf[value] = "<" .. reference(value) .. ">"
    end
    return state.labelOf[value]
end

local function tableText(value, depth, state)
    local own = ownText(value)
    if own then return own end
    if state.shared[value] and state.labelOf[value] then return state.labelOf[value] end
    local label = tableLabel(value, state)
    local prefix = label and label .. " " or ""
    local texts = entryTexts(value, depth, state)
    local line = prefix .. "{" .. table.concat(texts, ", ") .. "}"
    if #line + 4 * depth <= M.LINE_LENGTH and not string.find(line, "\n", 1, true) then return line end
    local indent = string.rep("    ", depth)
    return prefix .. "{\n    " .. indent .. table.concat(texts, ",\n    " .. indent) .. "\n" .. indent .. "}"
end

function valueText(value, depth, isNested, state)
    local kind = type(value)
    if kind == "number" then return numberText(value) end
    if kind == "string" then return stringText(value, isNested) end
    if kind == "table" then return tableText(value, depth, state) end
    return tostring(value)
end

--- The text of any value: strings quoted, tables with their content, cycles as labels.
function M.prettystr(value)
    local shared = type(value) == "table" and findShared(value) or {}
    return (valueText(value, 0, false, { shared = shared, labels = 0, labelOf = {} }))
end

local prettystr = M.prettystr

local function isMultiline(text)
    return string.find(text, "\n", 1, true) ~= nil
end

local articles = { ["nil"] = "nil", userdata = "a userdata", thread = "a coroutine" }

local function typeText(value)
    return articles[type(value)] or "a " .. type(value)
end

----------------------------------------------------------------------------------------------------
-- Comparing
----------------------------------------------------------------------------------------------------

local function definesEquality(value)
    local metatable = getmetatable(value)
    return type(metatable) == "table" and rawget(metatable, "__eq") or nil
end

-- Whether `a == b` already is the answer: both tables have the same __eq.
local function hasSharedEquality(a, b)
    local equality = definesEquality(a)
    return equality ~= nil and equality == definesEquality(b)
end

local sameValue

-- `partner` pairs the tables being compared further out: a cycle must lead back to the partner of
-- the table it leads back to. `proven` keeps shared branches from being compared again.
local function sameTable(a, b, margin, state)
    if a == b then return true end
    if hasSharedEquality(a, b) then return false end
    local partner, proven = state.partner, state.proven
    if partner[a] or partner[b] then return rawequal(partner[a], b) and rawequal(partner[b], a) end
    if proven[a] and proven[a][b] then return true end
    partner[a], partner[b] = b, a
    for key, value in next, a do
        if not sameValue(value, rawget(b, key), margin, state) then return false end
    end
    for key in next, b do
        if rawget(a, key) == nil then return false end
    end
    partner[a], partner[b] = nil, nil
    proven[a] = proven[a] or {}
    proven[a][b] = true
    return true
end

function sameValue(a, b, margin, state)
    if type(a) ~= type(b) then return false end
    if type(a) == "table" then return sameTable(a, b, margin, state or { partner = {}, proven = {} }) end
    if a == b then return true end
    return margin ~= nil and type(a) == "number" and math.abs(a - b) <= margin
end

-- Deep equality; with a margin, numbers may differ by that much.
local function equal(a, b, margin)
    return sameValue(a, b, margin)
end

local function values(container)
    local list = {}
    for _, value in next, container do list[#list + 1] = value end
    return list
end

local function removeEqual(list, wanted)
    for i = 1, #list do
        if equal(list[i], wanted) then
            table.remove(list, i)
            return true
        end
    end
    return false
end

-- What each of two tables holds that the other does not, whatever the keys.
local function unmatchedItems(actual, expected)
    local left, missing = values(actual), {}
    for _, key in ipairs(sortedKeys(expected)) do
        local item = rawget(expected, key)
        if not removeEqual(left, item) then missing[#missing + 1] = item end
    end
    return missing, left
end

local function containsItem(container, item)
    for _, value in next, container do
        if equal(value, item) then return true end
    end
    return false
end

----------------------------------------------------------------------------------------------------
-- Explaining differences
----------------------------------------------------------------------------------------------------

-- Differences beyond this many are counted, not shown.
local MAX_DIFFERENCES = 10
-- Equal items shown on each side of the differing part of a list.
local LIST_CONTEXT = 3

local function indented(text, indent)
    return indent .. string.gsub(text, "\n", "\n" .. indent)
end

-- The plain two-part message. Texts and tables each get a line of their own.
local function versus(expected, actual)
    local expectedText, actualText = prettystr(expected), prettystr(actual)
    local isLong = type(expected) == "string" or type(actual) == "string"
        or type(expected) == "table" or type(actual) == "table"
    return "expected: " .. expectedText .. (isLong and "\n" or ", ") .. "actual: " .. actualText
end

local function firstDifference(a, b)
    local position = 1
    while position <= #a and string.byte(a, position) == string.byte(b, position) do
        position = position + 1
    end
    return position
end

-- The line of a position, with its line break if it has one: that may be all the difference.
local function lineAround(text, position)
    local start = position
    while start > 1 and string.sub(text, start - 1, start - 1) ~= "\n" do start = start - 1 end
    return string.match(text, "^[^\n]*\n?", start)
end

local function explainStrings(expected, actual)
    local position = firstDifference(expected, actual)
    if isMultiline(expected) or isMultiline(actual) then
        local _, breaks = string.gsub(string.sub(expected, 1, position - 1), "\n", "")
        return string.format("they differ from line %d:\n    expected: %s\n    actual:   %s", breaks + 1,
            stringText(lineAround(expected, position), true), stringText(lineAround(actual, position), true))
    end
    if #expected <= M.LINE_LENGTH and #actual <= M.LINE_LENGTH then return nil end
    local from = math.max(1, position - 20)
    local dots = from > 1 and "..." or ""
    return string.format("they differ from character %d:\n    expected: %s%s\n    actual:   %s%s", position,
        dots, stringText(string.sub(expected, from, position + 40), true),
        dots, stringText(string.sub(actual, from, position + 40), true))
end

local function extendPath(path, key)
    if type(key) == "string" and string.find(key, "^[%a_][%w_]*$") then
        return path == "" and key or path .. "." .. key
    end
    return path .. "[" .. prettystr(key) .. "]"
end

-- Lists the paths at which two tables differ, depth first.
local function collectDifferences(expected, actual, path, search)
    local areTables = type(expected) == "table" and type(actual) == "table"
    if not areTables or search.seen[expected] or hasSharedEquality(expected, actual) then
        search.lines[#search.lines + 1] =
            path .. ": expected " .. prettystr(expected) .. ", actual " .. prettystr(actual)
        return
    end
    search.seen[expected] = true
    for _, key in ipairs(sortedKeys(expected, actual)) do
        local e, a, place = rawget(expected, key), rawget(actual, key), extendPath(path, key)
        if a == nil then
            search.lines[#search.lines + 1] = place .. ": missing, expected " .. prettystr(e)
        elseif e == nil then
            search.lines[#search.lines + 1] = place .. ": not expected, actual " .. prettystr(a)
        elseif not equal(e, a, search.margin) then
            collectDifferences(e, a, place, search)
        end
    end
    search.seen[expected] = nil
end

local function limited(lines, limit)
    local shown = {}
    for i = 1, math.min(#lines, limit) do shown[i] = lines[i] end
    if #lines > limit then shown[#shown + 1] = "... and " .. #lines - limit .. " more" end
    return shown
end

local function explainTables(expected, actual, margin)
    if hasSharedEquality(expected, actual) then return "their __eq says that they differ" end
    local search = { lines = {}, seen = {}, margin = margin }
    collectDifferences(expected, actual, "", search)
    if #search.lines == 0 then return nil end
    return "they differ in:\n" .. indented(table.concat(limited(search.lines, MAX_DIFFERENCES), "\n"), "    ")
end

local function isList(value)
    local count = 0
    for _ in next, value do count = count + 1 end
    return count > 0 and count == listLength(value)
end

local function itemLine(sign, index, item)
    return "  " .. sign .. " [" .. index .. "] " .. string.gsub(prettystr(item), "\n", "\n    ")
end

local function sharedItemLines(list, first, last, shift)
    local lines = {}
    for i = first, last do
        local index = shift == 0 and i or i .. ", actual " .. i + shift
        lines[#lines + 1] = itemLine(" ", index, list[i])
    end
    return lines
end

-- The differing middle of two lists. Of the same length, item faces item; else all of the one come
-- before all of the other.
local function differingLines(expected, actual, head, tail, margin)
    local lines, isAligned = {}, #expected == #actual
    for i = head + 1, #expected - tail do
        if isAligned and equal(expected[i], actual[i], margin) then
            lines[#lines + 1] = itemLine(" ", i, expected[i])
        else
            lines[#lines + 1] = itemLine("-", i, expected[i])
            if isAligned then lines[#lines + 1] = itemLine("+", i, actual[i]) end
        end
    end
    if not isAligned then
        for i = head + 1, #actual - tail do lines[#lines + 1] = itemLine("+", i, actual[i]) end
    end
    return limited(lines, 4 * MAX_DIFFERENCES)
end

local function commonEnds(expected, actual, margin)
    local shorter, head, tail = math.min(#expected, #actual), 0, 0
    while head < shorter and equal(expected[head + 1], actual[head + 1], margin) do head = head + 1 end
    while tail < shorter - head and equal(expected[#expected - tail], actual[#actual - tail], margin) do
        tail = tail + 1
    end
    return head, tail
end

local function listSummary(expected, actual, head, tail)
    local sizes = #expected == #actual and "both lists have " .. #expected .. " items"
        or "expected a list of " .. #expected .. " items, actual has " .. #actual
    return sizes .. "; the first " .. head .. " and the last " .. tail .. " are equal"
end

local function explainLists(expected, actual, margin)
    local head, tail = commonEnds(expected, actual, margin)
    local lines = { "the lists differ (- expected, + actual)", listSummary(expected, actual, head, tail) }
    local function append(more)
        for _, line in ipairs(more) do lines[#lines + 1] = line end
    end
    append(sharedItemLines(expected, math.max(1, head - LIST_CONTEXT + 1), head, 0))
    append(differingLines(expected, actual, head, tail, margin))
    local after = #expected - tail
    append(sharedItemLines(expected, after + 1, math.min(#expected, after + LIST_CONTEXT), #actual - #expected))
    return table.concat(lines, "\n")
end

local function areLongLists(expected, actual)
    return type(expected) == "table" and type(actual) == "table"
        and not hasSharedEquality(expected, actual) and not ownText(expected) and not ownText(actual)
        and isList(expected) and isList(actual)
        and math.max(#expected, #actual) > M.LIST_DIFF_ANALYSIS_THRESHOLD
end

-- The message of two values that should be equal: both, then where they differ if that is hard to see.
local function inequality(expected, actual, margin)
    if areLongLists(expected, actual) then return explainLists(expected, actual, margin) end
    local message, explanation = versus(expected, actual), nil
    if type(expected) == "string" and type(actual) == "string" then
        explanation = explainStrings(expected, actual)
    elseif type(expected) == "table" and type(actual) == "table" then
        local expectedText, actualText = prettystr(expected), prettystr(actual)
        if expectedText == actualText or isMultiline(expectedText) or isMultiline(actualText) then
            explanation = explainTables(expected, actual, margin)
        end
    end
    return explanation and message .. "\n" .. explanation or message
end

----------------------------------------------------------------------------------------------------
-- Raising: failures, skips, early success
----------------------------------------------------------------------------------------------------

local function asText(message)
    return type(message) == "string" and message or prettystr(message)
end

-- Fails the assertion that called this, at the line that called the assertion.
local function failure(message, extraMessage)
    if extraMessage ~= nil then message = asText(extraMessage) .. "\n" .. message end
    error(M.FAILURE_PREFIX .. message, 3 + M.STRIP_EXTRA_ENTRIES_IN_STACK_TRACE)
end

--- Fails the running test.
function M.fail(message)
    failure(asText(message == nil and "failed on purpose" or message))
end

--- Fails the running test if the condition holds.
function M.failIf(condition, message)
    if condition then failure(asText(message == nil and "failed on purpose" or message)) end
end

local function raiseSkip(message)
    error(M.SKIP_PREFIX .. (message == nil and "" or asText(message)), 0)
end

--- Ends the running test, which counts as skipped.
function M.skip(message)
    raiseSkip(message)
end

--- Skips the running test if the condition holds.
function M.skipIf(condition, message)
    if condition then raiseSkip(message) end
end

--- Skips the running test unless the condition holds.
function M.runOnlyIf(condition, message)
    if not condition then raiseSkip(message) end
end

--- Ends the running test, which counts as passed.
function M.success()
    error(M.SUCCESS_PREFIX, 0)
end

--- Ends the running test as passed if the condition holds.
function M.successIf(condition)
    if condition then error(M.SUCCESS_PREFIX, 0) end
end

----------------------------------------------------------------------------------------------------
-- Assertions: equality and identity
----------------------------------------------------------------------------------------------------

-- Puts the two arguments of an equality assertion in the order (expected, actual).
local function ordered(first, second)
    if M.ORDER_ACTUAL_EXPECTED then return second, first end
    return first, second
end

--- Asserts that two values are equal; tables by content.
function M.assertEquals(actual, expected, extraMessage)
    if equal(actual, expected) then return end
    expected, actual = ordered(actual, expected)
    failure(inequality(expected, actual), extraMessage)
end

--- Asserts that two values are not equal.
function M.assertNotEquals(actual, expected, extraMessage)
    if not equal(actual, expected) then return end
    failure("expected: any other value than the actual one, " .. prettystr(actual), extraMessage)
end

-- Wrong use of an assertion is an error of the test, not a failure of what it tests.
local function checkMargin(actual, expected, margin)
    local comparable = { number = true, table = true }
    if not comparable[type(actual)] or not comparable[type(expected)] then
        error("only numbers and tables can be almost equal, got " .. prettystr(actual) .. " and "
            .. prettystr(expected), 3)
    end
    if margin ~= nil and (type(margin) ~= "number" or not (margin >= 0)) then
        error("the margin must be a number of at least 0, got " .. prettystr(margin), 3)
    end
    return margin or M.EPS
end

local function marginText(margin)
    return margin == M.EPS and "EPS" or numberText(margin)
end

--- Asserts that two numbers, or all numbers in two tables, differ by at most the margin (EPS if nil).
function M.assertAlmostEquals(actual, expected, margin, extraMessage)
    local limit = checkMargin(actual, expected, margin)
    if equal(actual, expected, limit) then return end
    expected, actual = ordered(actual, expected)
    local message = inequality(expected, actual, limit) .. "\nallowed margin: " .. marginText(limit)
    if type(actual) == "number" and type(expected) == "number" then
        message = message .. string.format(", difference: %.6g", math.abs(actual - expected))
    end
    failure(message, extraMessage)
end

--- Asserts that two numbers differ by more than the margin (EPS if nil).
function M.assertNotAlmostEquals(actual, expected, margin, extraMessage)
    local limit = checkMargin(actual, expected, margin)
    if not equal(actual, expected, limit) then return end
    expected, actual = ordered(actual, expected)
    failure("expected: a difference beyond the margin of " .. marginText(limit) .. "\nfrom: "
        .. prettystr(expected) .. "\nactual: " .. prettystr(actual), extraMessage)
end

--- Asserts that two values are the same object.
function M.assertIs(actual, expected, extraMessage)
    if rawequal(actual, expected) then return end
    expected, actual = ordered(actual, expected)
    local message = versus(expected, actual)
    if type(actual) == "table" and equal(actual, expected) then
        message = message .. "\nthey are equal, but not the same table"
    end
    failure(message, extraMessage)
end

--- Asserts that two values are not the same object.
function M.assertNotIs(actual, expected, extraMessage)
    if not rawequal(actual, expected) then return end
    failure("expected: any other object than the actual one, " .. prettystr(actual), extraMessage)
end

----------------------------------------------------------------------------------------------------
-- Assertions: truth and types
----------------------------------------------------------------------------------------------------

--- Asserts that a value counts as true: anything but false and nil.
function M.assertEvalToTrue(value, extraMessage)
    if value then return end
    failure("expected: a value that counts as true, actual: " .. prettystr(value), extraMessage)
end

--- Asserts that a value counts as false: false or nil.
function M.assertEvalToFalse(value, extraMessage)
    if not value then return end
    failure("expected: a value that counts as false, actual: " .. prettystr(value), extraMessage)
end

local function hasType(name)
    return function(value) return type(value) == name end
end

local function isExactly(wanted)
    return function(value) return value == wanted end
end

local function isZero(sign)
    return function(value) return type(value) == "number" and value == 0 and 1 / value == sign * math.huge end
end

--- For each KIND of value (Number, String, Table, Boolean, Function, Userdata, Thread or Coroutine, Nil, True, False, NaN, PlusInf,
--- MinusInf, Inf, PlusZero, MinusZero): asserts that a value is one, or is none; without `assert` says whether it is. Without `Is` in
--- their names the assertions are the same.
--- @function assertIsKIND(value [, extraMessage])
--- @function assertNotIsKIND(value [, extraMessage])
--- @function isKIND(value)
local kinds = {
    { names = { "Number" }, text = "a number", test = hasType("number") },
    { names = { "String" }, text = "a string", test = hasType("string") },
    { names = { "Table" }, text = "a table", test = hasType("table") },
    { names = { "Boolean" }, text = "a boolean", test = hasType("boolean") },
    { names = { "Function" }, text = "a function", test = hasType("function") },
    { names = { "Userdata", "UserData" }, text = "a userdata", test = hasType("userdata") },
    { names = { "Thread", "Coroutine" }, text = "a coroutine", test = hasType("thread") },
    { names = { "Nil" }, text = "nil", test = isExactly(nil) },
    { names = { "True" }, text = "true", test = isExactly(true) },
    { names = { "False" }, text = "false", test = isExactly(false) },
    { names = { "NaN", "Nan" }, text = "nan", test = isNan },
    { names = { "PlusInf" }, text = "inf", test = isExactly(math.huge) },
    { names = { "MinusInf" }, text = "-inf", test = isExactly(-math.huge) },
    { names = { "Inf" }, text = "inf or -inf", test = function(value)
        return value == math.huge or value == -math.huge
    end },
    { names = { "PlusZero" }, text = "+0", test = isZero(1) },
    { names = { "MinusZero" }, text = "-0", test = isZero(-1) },
}

-- A value with its type, where the text alone does not show the type.
local function typedText(value)
    local kind = type(value)
    if kind == "nil" or kind == "boolean" or kind == "function" or kind == "thread" then return prettystr(value) end
    return prettystr(value) .. " (" .. typeText(value) .. ")"
end

local function snakeCase(name)
    name = string.gsub(name, "NaN", "Nan")
    name = string.gsub(name, "UserData", "Userdata")
    return string.lower((string.gsub(name, "(%l)(%u)", "%1_%2")))
end

local function assertKind(kind)
    return function(value, extraMessage)
        if kind.test(value) then return end
        failure("expected: " .. kind.text .. ", actual: " .. typedText(value), extraMessage)
    end
end

local function assertNotKind(kind)
    return function(value, extraMessage)
        if not kind.test(value) then return end
        failure("expected: not " .. kind.text .. ", actual: " .. prettystr(value), extraMessage)
    end
end

for _, kind in ipairs(kinds) do
    local positive, negative = assertKind(kind), assertNotKind(kind)
    for _, name in ipairs(kind.names) do
        M["assertIs" .. name], M["assert" .. name] = positive, positive
        M["assertNotIs" .. name], M["assertNot" .. name] = negative, negative
        M["assertIsNot" .. name] = negative
        M["is" .. name], M[snakeCase("is" .. name)] = kind.test, kind.test
    end
end

----------------------------------------------------------------------------------------------------
-- Assertions: tables
----------------------------------------------------------------------------------------------------

local function listText(items)
    local texts = {}
    for i, item in ipairs(items) do texts[i] = prettystr(item) end
    return #texts == 0 and "none" or table.concat(texts, ", ")
end

--- Asserts that two tables hold equal items, each as often, whatever their keys.
function M.assertItemsEquals(actual, expected, extraMessage)
    expected, actual = ordered(actual, expected)
    if type(actual) ~= "table" or type(expected) ~= "table" then
        if equal(actual, expected) then return end
        failure("the items differ\n" .. versus(expected, actual), extraMessage)
        return
    end
    local missing, unexpected = unmatchedItems(actual, expected)
    if #missing == 0 and #unexpected == 0 then return end
    failure("the items differ\n" .. versus(expected, actual)
        .. "\nmissing: " .. listText(missing) .. "\nnot expected: " .. listText(unexpected), extraMessage)
end

--- Asserts that a table holds an item equal to the given one, at any key.
function M.assertTableContains(container, element, extraMessage)
    if type(container) == "table" and containsItem(container, element) then return end
    failure("expected: a table with the item " .. prettystr(element) .. "\nactual: " .. prettystr(container),
        extraMessage)
end

--- Asserts that a table holds no item equal to the given one.
function M.assertNotTableContains(container, element, extraMessage)
    if type(container) == "table" and not containsItem(container, element) then return end
    failure("expected: a table without the item " .. prettystr(element) .. "\nactual: " .. prettystr(container),
        extraMessage)
end

----------------------------------------------------------------------------------------------------
-- Assertions: strings
----------------------------------------------------------------------------------------------------

local function checkSearch(wanted)
    if type(wanted) ~= "string" then
        error("the text to look for must be a string, got " .. prettystr(wanted), 3)
    end
end

local function holds(text, wanted, isPattern)
    return type(text) == "string" and string.find(text, wanted, 1, not isPattern) ~= nil
end

local function holdsIgnoringCase(text, wanted)
    return type(text) == "string" and string.find(string.lower(text), string.lower(wanted), 1, true) ~= nil
end

local function searchText(wanted, isPattern)
    return (isPattern and "the pattern " or "") .. prettystr(wanted)
end

--- Asserts that a string contains another, or a match of a pattern if `isPattern`.
function M.assertStrContains(text, wanted, isPattern, extraMessage)
    checkSearch(wanted)
    if holds(text, wanted, isPattern) then return end
    failure("expected: a string with " .. searchText(wanted, isPattern) .. "\nactual: " .. prettystr(text),
        extraMessage)
end

--- Asserts that a string contains another, in upper or lower case.
function M.assertStrIContains(text, wanted, extraMessage)
    checkSearch(wanted)
    if holdsIgnoringCase(text, wanted) then return end
    failure("expected: a string with " .. prettystr(wanted) .. " in any case\nactual: " .. prettystr(text),
        extraMessage)
end

--- Asserts that a string does not contain another, nor a match of it if `isPattern`.
function M.assertNotStrContains(text, wanted, isPattern, extraMessage)
    checkSearch(wanted)
    if type(text) == "string" and not holds(text, wanted, isPattern) then return end
    failure("expected: a string without " .. searchText(wanted, isPattern) .. "\nactual: " .. prettystr(text),
        extraMessage)
end

--- Asserts that a string does not contain another in upper or lower case.
function M.assertNotStrIContains(text, wanted, extraMessage)
    checkSearch(wanted)
    if type(text) == "string" and not holdsIgnoringCase(text, wanted) then return end
    failure("expected: a string without " .. prettystr(wanted) .. " in any case\nactual: " .. prettystr(text),
        extraMessage)
end

-- The pattern with both anchors. A final "$" is an anchor unless an odd number of "%" precedes it.
local function anchored(pattern)
    local percents = string.match(pattern, "(%%*)%$$")
    local isAnchored = percents ~= nil and #percents % 2 == 0
    return "^" .. string.gsub(pattern, "^%^", "") .. (isAnchored and "" or "$")
end

local function matchesWhole(text, pattern)
    return string.find(text, anchored(pattern)) ~= nil
end

--- Asserts that a pattern matches a string from `start` (1) to `final` (its end), the whole of it.
function M.assertStrMatches(text, pattern, start, final, extraMessage)
    checkSearch(pattern)
    local part = type(text) == "string" and string.sub(text, start or 1, final or -1)
    if part and matchesWhole(part, pattern) then return end
    local range = (start or final) and " from " .. (start or 1) .. " to " .. (final or #tostring(text)) or ""
    failure("expected: a match of the pattern " .. prettystr(pattern) .. range .. "\nactual: " .. prettystr(text),
        extraMessage)
end

----------------------------------------------------------------------------------------------------
-- Assertions: errors
----------------------------------------------------------------------------------------------------

-- The text of an error value to search in: nil for tables without __tostring and the like.
local function errorText(raised)
    if type(raised) == "string" then return raised end
    if type(raised) == "number" then return tostring(raised) end
    return type(raised) == "table" and ownText(raised) or nil
end

local function withoutPosition(text)
    return (string.gsub(text, "^[^\n]-:%d+: ", "", 1))
end

local function noError(wanted)
    return "expected: " .. wanted .. ", actual: no error"
end

--- Asserts that calling a function with the arguments raises an error.
function M.assertError(callee, ...)
    local ok = pcall(callee, ...)
    if ok then failure(noError("an error")) end
end

--- Asserts that a call raises exactly this error value: a message with its position, or a table.
function M.assertErrorMsgEquals(expected, callee, ...)
    local ok, raised = pcall(callee, ...)
    if ok then failure(noError("the error " .. prettystr(expected))) end
    if not equal(raised, expected) then failure("the error differs\n" .. inequality(expected, raised)) end
end

--- Asserts that a call raises exactly this message, leaving out the position in front of it.
function M.assertErrorMsgContentEquals(expected, callee, ...)
    local ok, raised = pcall(callee, ...)
    if ok then failure(noError("the error " .. prettystr(expected))) end
    local content = type(raised) == "string" and withoutPosition(raised) or raised
    if not equal(content, expected) then failure("the error differs\n" .. inequality(expected, content)) end
end

--- Asserts that a call raises an error whose message contains a text.
function M.assertErrorMsgContains(wanted, callee, ...)
    checkSearch(wanted)
    local ok, raised = pcall(callee, ...)
    if ok then failure(noError("an error with " .. prettystr(wanted))) end
    if not holds(errorText(raised), wanted) then
        failure("expected: an error with " .. prettystr(wanted) .. "\nactual: " .. prettystr(raised))
    end
end

--- Asserts that a call raises an error whose whole message matches a pattern.
function M.assertErrorMsgMatches(pattern, callee, ...)
    checkSearch(pattern)
    local ok, raised = pcall(callee, ...)
    if ok then failure(noError("an error matching " .. prettystr(pattern))) end
    local text = errorText(raised)
    if not text or not matchesWhole(text, pattern) then
        failure("expected: an error matching " .. prettystr(pattern) .. "\nactual: " .. prettystr(raised))
    end
end

----------------------------------------------------------------------------------------------------
-- Aliases: assert_is_nil for assertIsNil; global assertions on request
----------------------------------------------------------------------------------------------------

local function addSnakeCaseAliases()
    local aliases = {}
    for name, value in pairs(M) do
        if string.find(name, "^assert") then aliases[snakeCase(name)] = value end
    end
    for name, value in pairs(aliases) do M[name] = value end
end

addSnakeCaseAliases()

----------------------------------------------------------------------------------------------------
-- Protected calls: what became of a function, and where
----------------------------------------------------------------------------------------------------

local SUCCESS, SKIP, FAIL, ERROR = "SUCCESS", "SKIP", "FAIL", "ERROR"
local severity = { [SUCCESS] = 0, [SKIP] = 1, [FAIL] = 2, [ERROR] = 3 }

-- The name of this file as positions show it.
local function findOwnChunk()
    local _, message = pcall(function() error("", 1) end)
    return string.match(tostring(message), "^(.-):%d+:") or "luaunit.lua"
end

local ownChunk = findOwnChunk()

local function isOwn(line)
    local text = string.match(line, "^%s*(.*)")
    return string.sub(text, 1, #ownChunk + 1) == ownChunk .. ":"
end

-- The lines above the first frame of the user: the heading, the call of `error`.
local function isPreamble(line)
    return string.find(line, "^stack traceback:") ~= nil
        or string.find(line, "^%s*%[C%]: in function '?error'?$") ~= nil
end

-- Lua 5.1 keeps a line for a frame that a tail call replaced; there is nothing to see in it.
local function isTailCall(line)
    return string.find(line, "^%s*%(.*tail call") ~= nil
end

local function isProtectedCall(line)
    return line ~= nil and string.find(line, "^%s*%[C%]: in .*xpcall") ~= nil
end

-- The frames between the call of `error` and the xpcall of the runner, without those of this file.
local function userFrames(trace)
    local frames, isUsers = {}, false
    for line in string.gmatch(trace, "[^\n]+") do
        if isOwn(line) then
            if isProtectedCall(frames[#frames]) then
                frames[#frames] = nil
                break
            end
        elseif not isTailCall(line) and (isUsers or not isPreamble(line)) then
            isUsers = true
            frames[#frames + 1] = line
        end
    end
    for _ = 1, M.STRIP_EXTRA_ENTRIES_IN_STACK_TRACE do table.remove(frames, 1) end
    return frames
end

-- The outermost frame is the test itself, which the engine knows by a name of ours at best.
local function nameOutermost(frames, name)
    local last = frames[#frames]
    if last and string.find(last, ":%d+: in ") then
        frames[#frames] = string.gsub(last, "(:%d+: in ).*$", function(place)
            return place .. "function '" .. name .. "'"
        end)
    end
end

-- "file:line: " of the innermost frame; of the function itself if its frame is gone, as after a tail call.
local function positionIn(frames, fn)
    for _, frame in ipairs(frames) do
        local position = string.match(frame, "^%s*(.-:%d+:) ")
        if position then return position .. " " end
    end
    local ok, info = pcall(function() return debug.getinfo(fn, "S") end)
    if ok and info and info.linedefined and info.linedefined > 0 then
        return info.short_src .. ":" .. info.linedefined .. ": "
    end
    return ""
end

-- Splits a message at a mark. The position before it is left out where it would be one of this file.
local function splitAtMark(text, mark)
    local first, last = string.find(text, mark, 1, true)
    if not first then return nil end
    local position = string.sub(text, 1, first - 1)
    return isOwn(position) and "" or position, string.sub(text, last + 1)
end

-- An error value as an outcome: { status, message, trace, isEarly }; isEarly: by M.success.
local function judge(raised, trace, fn, name)
    local frames = userFrames(trace)
    nameOutermost(frames, name)
    if not M.STRIP_LUAUNIT_FROM_STACKTRACE then frames = { (string.gsub(trace, "^stack traceback:\n", "")) } end
    local traceText = #frames > 0 and "stack traceback:\n" .. table.concat(frames, "\n") or ""
    local text = errorText(raised)
    if not text then
        return { status = ERROR, message = positionIn(frames, fn) .. prettystr(raised), trace = traceText }
    end
    if splitAtMark(text, M.SUCCESS_PREFIX) then return { status = SUCCESS, isEarly = true } end
    local _, reason = splitAtMark(text, M.SKIP_PREFIX)
    if reason then return { status = SKIP, message = reason } end
    local position, message = splitAtMark(text, M.FAILURE_PREFIX)
    if message then
        if position == "" then position = positionIn(frames, fn) end
        return { status = FAIL, message = position .. message, trace = traceText }
    end
    -- An error raised with level 0 or as a value has no position of its own.
    local hasPosition = string.find(text, "^[^\n]-:%d+:") ~= nil
    return { status = ERROR, message = (hasPosition and "" or positionIn(frames, fn)) .. text, trace = traceText }
end

-- Level 2 leaves out this handler itself.
local function captureError(raised)
    return { raised = raised, trace = traceback("", 2), isCaptured = true }
end

-- Calls a function of a test; its name shows in tracebacks.
local function callProtected(fn, instance, name)
    local ok, caught = xpcall(function()
        fn(instance)
        return true -- keeps the call above from being a tail call
    end, captureError)
    if ok then return { status = SUCCESS } end
    if type(caught) ~= "table" or not caught.isCaptured then caught = { raised = caught, trace = "" } end
    return judge(caught.raised, caught.trace, fn, name)
end

-- Calls a setUp or the like: nothing asserted there is what the test is about, so a failure is an error.
local function callFixture(fn, instance, name)
    if not fn then return { status = SUCCESS } end
    local outcome = callProtected(fn, instance, name)
    if severity[outcome.status] >= severity[FAIL] then
        outcome.status = ERROR
        outcome.message = outcome.message .. "\n(in " .. name .. ")"
    end
    return outcome
end

-- Joins what came later to an outcome; the worse status wins and no message is lost.
local function merge(outcome, later)
    if later.status == SUCCESS then return outcome end
    if outcome.status == SUCCESS then return later end
    local worse = severity[later.status] > severity[outcome.status] and later.status or outcome.status
    local function join(field)
        local first, second = outcome[field] or "", later[field] or ""
        return first ~= "" and second ~= "" and first .. "\n" .. second or first .. second
    end
    return { status = worse, message = join("message"), trace = join("trace") }
end

----------------------------------------------------------------------------------------------------
-- Outputs: text, TAP, JUnit, nil
--
-- An output is told of the run by startSuite, startClass, startTest, endTest and endSuite, in this
-- order. It reads `runner.result` and writes to `runner.output`.
----------------------------------------------------------------------------------------------------

local function count(number, singular, plural)
    return number .. " " .. (number == 1 and singular or plural)
end

local function summary(result)
    local parts = {
        string.format("Ran %d tests in %0.3f seconds", result.runCount, result.duration),
        count(result.successCount, "success", "successes"),
    }
    if result.failureCount > 0 or result.errorCount == 0 then
        parts[#parts + 1] = count(result.failureCount, "failure", "failures")
    end
    if result.errorCount > 0 then parts[#parts + 1] = count(result.errorCount, "error", "errors") end
    if result.skippedCount > 0 then parts[#parts + 1] = result.skippedCount .. " skipped" end
    if result.nonSelectedCount > 0 then parts[#parts + 1] = result.nonSelectedCount .. " non-selected" end
    return table.concat(parts, ", ")
end

local function isUnsuccessful(node)
    return node.status == FAIL or node.status == ERROR
end

local Output = {}
Output.__index = Output

function Output:write(...)
    self.runner.output:write(table.concat { ... })
end

-- Whoever reads the output of a program learns of each test when it has ended.
function Output:flush()
    local output = self.runner.output
    if output.flush then output:flush() end
end

function Output:isVerbose()
    return self.runner.verbosity > M.VERBOSITY_DEFAULT
end

function Output:isQuiet()
    return self.runner.verbosity <= M.VERBOSITY_QUIET
end

function Output:startSuite() end
function Output:startClass() end
function Output:startTest() end
function Output:endTest() end
function Output:endSuite() end

local function newOutputType()
    local outputType = setmetatable({}, Output)
    outputType.__index = outputType
    return outputType
end

local NilOutput = newOutputType()

-- Text: a character per test, or a line when verbose, then all failures and a summary.

local TextOutput = newOutputType()
local textMarks = { [SUCCESS] = ".", [SKIP] = "S", [FAIL] = "F", [ERROR] = "E" }
local textWords = { [SUCCESS] = "Ok", [SKIP] = "SKIP", [FAIL] = "FAIL", [ERROR] = "ERROR" }

function TextOutput:startSuite()
    if self:isVerbose() then self:write("Started on ", self.runner.result.startDate, "\n") end
end

function TextOutput:startTest(node)
    if self:isVerbose() then self:write("    ", node.name, " ... ") end
end

function TextOutput:endTest(node)
    if self:isVerbose() then
        local reason = node.status == SKIP and node.message ~= "" and ": " .. node.message or ""
        self:write(textWords[node.status], reason, "\n")
        if isUnsuccessful(node) then self:write(node.message, "\n") end
    elseif not self:isQuiet() then
        self:write(textMarks[node.status])
    end
end

function TextOutput:writeFailedTests(failed)
    self:write("Failed tests:\n-------------\n")
    for number, node in ipairs(failed) do
        self:write(number, ") ", node.name, "\n", node.message, "\n")
        if node.trace ~= "" then self:write(node.trace, "\n") end
        self:write("\n")
    end
end

function TextOutput:endSuite()
    local result = self.runner.result
    if self:isVerbose() then
        self:write(string.rep("=", 57), "\n")
    elseif not self:isQuiet() and #result.allTests > 0 then
        self:write("\n")
    end
    if result.notSuccessCount > 0 then self:writeFailedTests(result.failedTests) end
    self:write(summary(result), "\n")
    if result.notSuccessCount == 0 then self:write("OK\n") end
end

-- TAP, version 12: a line per test; messages as comments, with tracebacks when verbose.

local TapOutput = newOutputType()

function TapOutput:startSuite()
    local result = self.runner.result
    self:write("1..", result.selectedCount, "\n# Started on ", result.startDate, "\n")
    self:flush()
end

function TapOutput:startClass(className)
    self:write("# Starting class: ", className, "\n")
end

function TapOutput:endTest(node)
    if isUnsuccessful(node) then
        self:write("not ok ", node.number, "\t", node.name, "\n")
        if not self:isQuiet() then self:write(indented(node.message, "#   "), "\n") end
        if self:isVerbose() and node.trace ~= "" then self:write(indented(node.trace, "#   "), "\n") end
        self:flush()
        return
    end
    self:write("ok     ", node.number, "\t", node.name)
    if node.status == SKIP then
        local reason = node.message ~= "" and " " .. string.gsub(node.message, "%s+", " ") or ""
        self:write(" # SKIP", reason)
    end
    self:write("\n")
    self:flush()
end

function TapOutput:endSuite()
    self:write("# ", summary(self.runner.result), "\n")
end

-- JUnit: an XML file at the end; comments on the output meanwhile.

local JunitOutput = newOutputType()
local xmlEntities = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;", ["'"] = "&apos;" }

-- XML 1.0 has no way to write most control characters, not even escaped.
local function xmlCharacters(text)
    return (string.gsub(text, "[%z\1-\8\11\12\14-\31]", "?"))
end

local function xmlAttribute(text)
    local escaped = string.gsub(xmlCharacters(text), "[&<>\"']", xmlEntities)
    return (string.gsub(escaped, "[\t\r\n]", function(character)
        return "&#" .. string.byte(character) .. ";"
    end))
end

local function xmlCdata(text)
    return "<![CDATA[" .. string.gsub(xmlCharacters(text), "]]>", "]]]]><![CDATA[>") .. "]]>"
end

function JunitOutput:startSuite()
    local runner = self.runner
    self.fileName = runner.junitFileName
    if not string.find(self.fileName, "%.xml$") then self.fileName = self.fileName .. ".xml" end
    local message
    self.file, message = openFile(self.fileName, "w")
    if not self.file then error("cannot write the junit file: " .. message, 0) end
    self.timestamp = date("%Y-%m-%dT%H:%M:%S")
    self:write("# XML output to ", self.fileName, "\n# Started on ", runner.result.startDate, "\n")
end

function JunitOutput:startClass(className)
    self:write("# Starting class: ", className, "\n")
end

function JunitOutput:startTest(node)
    self:write("# Starting test: ", node.name, "\n")
end

function JunitOutput:endTest(node)
    if isUnsuccessful(node) then
        local label = node.status == FAIL and "Failure: " or "Error: "
        self:write(indented(label .. node.message, "# "), "\n")
    end
end

local function xmlResult(node)
    if node.status == SKIP then
        return '            <skipped message="' .. xmlAttribute(node.message) .. '"/>\n'
    elseif isUnsuccessful(node) then
        local tag = node.status == FAIL and "failure" or "error"
        return string.format('            <%s type="%s" message="%s">%s</%s>\n', tag, tag,
            xmlAttribute(node.message), xmlCdata(node.trace), tag)
    end
    return ""
end

local function xmlTestCase(node)
    return string.format('        <testcase classname="%s" name="%s" time="%0.3f">\n%s        </testcase>\n',
        xmlAttribute(node.className), xmlAttribute(node.name), node.duration, xmlResult(node))
end

function JunitOutput:xmlSuiteTag()
    local result = self.runner.result
    return string.format('    <testsuite name="LuaUnit" id="00001" package="" hostname="%s" tests="%d" timestamp="%s"'
        .. ' time="%0.3f" errors="%d" failures="%d" skipped="%d">\n', xmlAttribute(getenv("HOSTNAME") or "localhost"),
        #result.allTests, self.timestamp, result.duration, result.errorCount, result.failureCount,
        result.skippedCount)
end

function JunitOutput:endSuite()
    local file = self.file
    file:write('<?xml version="1.0" encoding="UTF-8" ?>\n<testsuites>\n', self:xmlSuiteTag())
    file:write('        <properties>\n            <property name="Lua Version" value="', xmlAttribute(_VERSION),
        '"/>\n            <property name="LuaUnit Version" value="', M.VERSION, '"/>\n        </properties>\n')
    for _, node in ipairs(self.runner.result.allTests) do file:write(xmlTestCase(node)) end
    file:write("        <system-out/>\n        <system-err/>\n    </testsuite>\n</testsuites>\n")
    file:close()
    self:write("# ", summary(self.runner.result), "\n")
end

local outputTypes = { text = TextOutput, tap = TapOutput, junit = JunitOutput, ["nil"] = NilOutput }

----------------------------------------------------------------------------------------------------
-- Command line
----------------------------------------------------------------------------------------------------

M.USAGE = [[
Usage: lua FILE [options] [NAME ...]

NAME is a test function, a test table, or TABLE.FUNCTION. Without names, all globals
whose names start with "test" or "Test" are run.

  -o, --output FORMAT    text (default), tap, junit or nil
  -n, --name FILE        the XML file that junit writes
  -p, --pattern PATTERN  run the tests whose names match the Lua pattern; may be repeated
  -x, --exclude PATTERN  leave out the tests whose names match; may be repeated
  -e, --error            stop at the first error
  -f, --failure          stop at the first failure or error
  -r, --repeat NUMBER    run each test that many times
  -s, --shuffle          run the tests in random order
  -v, --verbose          a line per test; tracebacks in tap
  -q, --quiet            as little as possible
  -h, --help             this text
      --version          the version of the API
]]

-- Each option: `set(options, value)`, and whether a value follows it.
local commandLineOptions = {
    output = { hasValue = true, set = function(options, value) options.outputType = value end },
    name = { hasValue = true, set = function(options, value) options.junitFileName = value end },
    pattern = { hasValue = true, set = function(options, value)
        table.insert(options.patterns, { pattern = value, isIncluded = true })
    end },
    exclude = { hasValue = true, set = function(options, value)
        table.insert(options.patterns, { pattern = value, isIncluded = false })
    end },
    ["repeat"] = { hasValue = true, set = function(options, value)
        options.repetitions = tonumber(value) or error("--repeat takes a number, got " .. value, 0)
    end },
    error = { set = function(options) options.quitOnError = true end },
    failure = { set = function(options) options.quitOnFailure = true end },
    shuffle = { set = function(options) options.isShuffled = true end },
    verbose = { set = function(options) options.verbosity = M.VERBOSITY_VERBOSE end },
    quiet = { set = function(options) options.verbosity = M.VERBOSITY_QUIET end },
    help = { set = function(options) options.wantsHelp = true end },
    version = { set = function(options) options.wantsVersion = true end },
}

local shortOptions = {
    o = "output", n = "name", p = "pattern", x = "exclude", e = "error", f = "failure",
    r = "repeat", s = "shuffle", v = "verbose", q = "quiet", h = "help",
}

-- Splits "--name=value" and "-n" into the option's name and the value given with it, if any.
local function splitOption(argument)
    local long, value = string.match(argument, "^%-%-([%w%-]+)=(.*)$")
    long = long or string.match(argument, "^%-%-([%w%-]+)$")
    return long or shortOptions[string.match(argument, "^%-(%a)$") or ""], value
end

-- Reads arguments into { names, patterns, ... }. Raises texts for the user, without position.
local function parseArguments(arguments)
    local options, i = { names = {}, patterns = {} }, 1
    while i <= #arguments do
        local argument = tostring(arguments[i])
        if string.sub(argument, 1, 1) ~= "-" then
            table.insert(options.names, argument)
        else
            local name, value = splitOption(argument)
            local option = name and commandLineOptions[name]
            if not option then error("unknown option: " .. argument .. " (see --help)", 0) end
            if option.hasValue and not value then
                i = i + 1
                value = arguments[i]
                if value == nil then error("missing value after " .. argument .. " (see --help)", 0) end
            end
            option.set(options, value)
        end
        i = i + 1
    end
    return options
end

----------------------------------------------------------------------------------------------------
-- Selecting tests
----------------------------------------------------------------------------------------------------

local FUNCTIONS_CLASS = "[TestFunctions]"

local function isTestName(name)
    return type(name) == "string" and string.lower(string.sub(name, 1, 4)) == "test"
end

-- All globals that look like tests, as { name, value }, by name.
local function collectGlobals()
    local found = {}
    for name, value in next, _G do
        if isTestName(name) and (type(value) == "table" or type(value) == "function") then
            found[#found + 1] = { name, value }
        end
    end
    table.sort(found, function(a, b) return a[1] < b[1] end)
    return found
end

local function newNode(name, className, fn, instance)
    return { name = name, className = className, fn = fn, instance = instance, status = SUCCESS }
end

local function nodesOfClass(className, class)
    local nodes = {}
    for _, key in ipairs(sortedKeys(class)) do
        local method = rawget(class, key)
        if isTestName(key) and type(method) == "function" then
            nodes[#nodes + 1] = newNode(className .. "." .. key, className, method, class)
        end
    end
    return nodes
end

-- The nodes of one { name, value }: a function is one test, a table has one for each test method.
local function expand(name, value)
    if type(value) == "function" then return { newNode(name, FUNCTIONS_CLASS, value) } end
    if type(value) == "table" then return nodesOfClass(name, value) end
    error("'" .. name .. "' is neither a test function nor a table of tests, but " .. typeText(value), 0)
end

local function expandAll(namedValues)
    local nodes = {}
    for _, pair in ipairs(namedValues) do
        for _, node in ipairs(expand(pair[1], pair[2])) do nodes[#nodes + 1] = node end
    end
    return nodes
end

-- The nodes of a name from the command line, which need not start with "test".
local function expandName(name)
    local value = rawget(_G, name)
    if value ~= nil then return expand(name, value) end
    local className, methodName = string.match(name, "^(.-)%.(.+)$")
    local class = className and rawget(_G, className)
    if type(class) ~= "table" then error("there is no test named '" .. name .. "'", 0) end
    local method = class[methodName]
    if type(method) ~= "function" then
        error("there is no function '" .. methodName .. "' in '" .. className .. "'", 0)
    end
    return { newNode(name, className, method, class) }
end

local function expandNames(names)
    local nodes = {}
    for _, name in ipairs(names) do
        for _, node in ipairs(expandName(name)) do nodes[#nodes + 1] = node end
    end
    return nodes
end

-- Patterns act in turn, each adding or removing tests. A first pattern that adds starts from none.
local function isSelected(name, patterns)
    local selected = not patterns[1] or not patterns[1].isIncluded
    for _, rule in ipairs(patterns) do
        if string.find(name, rule.pattern) then selected = rule.isIncluded end
    end
    return selected
end

local function filterByPatterns(nodes, patterns)
    local selected = {}
    for _, node in ipairs(nodes) do
        if isSelected(node.name, patterns) then selected[#selected + 1] = node end
    end
    return selected
end

local function shuffle(nodes)
    math.randomseed(time() + math.floor(clock() * 1e6))
    for i = #nodes, 2, -1 do
        local j = math.random(i)
        nodes[i], nodes[j] = nodes[j], nodes[i]
    end
end

----------------------------------------------------------------------------------------------------
-- The runner
----------------------------------------------------------------------------------------------------

--- Runs tests. Settings made on the class itself hold for all runners.
M.LuaUnit = {
    verbosity = M.VERBOSITY_DEFAULT,
    repetitions = 1,
    quitOnError = false,
    quitOnFailure = false,
    isShuffled = false,
    --- Where text goes: anything with a method `write`.
    output = stdout,
}

local LuaUnit = M.LuaUnit
local runnerMetatable = { __index = LuaUnit }

function LuaUnit:setVerbosity(verbosity) self.verbosity = verbosity end
function LuaUnit:setQuitOnError(quitOnError) self.quitOnError = quitOnError end
function LuaUnit:setQuitOnFailure(quitOnFailure) self.quitOnFailure = quitOnFailure end
function LuaUnit:setRepeat(repetitions) self.repetitions = repetitions end
function LuaUnit:setShuffle(isShuffled) self.isShuffled = isShuffled end
function LuaUnit:setOutput(output) self.output = output end

--- Chooses "text", "tap", "junit" or "nil", in any case; junit needs the name of its file.
function LuaUnit:setOutputType(outputType, junitFileName)
    local name = string.lower(tostring(outputType))
    if not outputTypes[name] then
        error("unknown output format: " .. tostring(outputType) .. " (text, tap, junit or nil)", 0)
    end
    self.outputType = name
    self.junitFileName = junitFileName or self.junitFileName
end

local function applyOptions(runner, options)
    for _, field in ipairs { "verbosity", "repetitions", "quitOnError", "quitOnFailure", "isShuffled" } do
        if options[field] ~= nil then runner[field] = options[field] end
    end
    local outputType = options.outputType or runner.outputType or getenv("LUAUNIT_OUTPUT") or "text"
    runner:setOutputType(outputType, options.junitFileName)
    runner.junitFileName = runner.junitFileName or getenv("LUAUNIT_JUNIT_FNAME")
    if runner.outputType == "junit" and not runner.junitFileName then
        error("the junit output needs the name of its file: -n FILE", 0)
    end
end

local function newResult(selectedCount, totalCount)
    return {
        selectedCount = selectedCount, nonSelectedCount = totalCount - selectedCount,
        runCount = 0, successCount = 0, failureCount = 0, errorCount = 0, skippedCount = 0, notSuccessCount = 0,
        allTests = {}, failedTests = {}, duration = 0,
        startTime = clock(), startDate = date(getenv("LUAUNIT_DATEFMT") or "%c"),
    }
end

local counters = {
    [SUCCESS] = "successCount", [SKIP] = "skippedCount", [FAIL] = "failureCount", [ERROR] = "errorCount",
}

local function recordOutcome(result, node, outcome)
    node.status, node.message, node.trace = outcome.status, outcome.message or "", outcome.trace or ""
    table.insert(result.allTests, node)
    result[counters[node.status]] = result[counters[node.status]] + 1
    result.runCount = #result.allTests - result.skippedCount
    result.notSuccessCount = result.failureCount + result.errorCount
    if isUnsuccessful(node) then table.insert(result.failedTests, node) end
end

local fixtureSpellings = {
    setUp = { "setUp", "setup", "SetUp", "Setup" },
    tearDown = { "tearDown", "teardown", "TearDown", "Teardown" },
    setupClass = { "setupClass", "setUpClass", "SetupClass", "SetUpClass" },
    teardownClass = { "teardownClass", "tearDownClass", "TeardownClass", "TearDownClass" },
    setupSuite = { "setupSuite", "setUpSuite", "SetupSuite", "SetUpSuite" },
    teardownSuite = { "teardownSuite", "tearDownSuite", "TeardownSuite", "TearDownSuite" },
}

-- Runs a setUp or the like of a class, in any of its spellings; nothing to do is a success.
local function runClassFixture(name, node)
    local class = node.instance
    for _, spelling in ipairs(class and fixtureSpellings[name] or {}) do
        if type(class[spelling]) == "function" then
            return callFixture(class[spelling], class, node.className .. "." .. spelling)
        end
    end
    return { status = SUCCESS }
end

local function runSuiteFixture(name)
    for _, spelling in ipairs(fixtureSpellings[name]) do
        local fn = rawget(_G, spelling)
        if type(fn) == "function" then return callFixture(fn, nil, spelling) end
    end
    return { status = SUCCESS }
end

local function runOnce(node)
    local outcome = runClassFixture("setUp", node)
    if outcome.status == SUCCESS and not outcome.isEarly then
        outcome = callProtected(node.fn, node.instance, node.name)
    end
    return merge(outcome, runClassFixture("tearDown", node))
end

-- What a test has of `spacer.test`, such as a clock that stands, ends with it.
local function resetSurroundings()
    local app = package.loaded["spacer.test"]
    if type(app) == "table" and app.reset then app.reset() end
end

local function runRepeatedly(node, repetitions)
    local outcome
    for turn = 1, repetitions do
        outcome = runOnce(node)
        resetSurroundings()
        if outcome.status ~= SUCCESS then
            if repetitions > 1 and outcome.status ~= SKIP then
                outcome.message = outcome.message .. "\n(in run " .. turn .. " of " .. repetitions .. ")"
            end
            break
        end
    end
    return outcome or { status = SUCCESS }
end

local function wantsToQuit(runner, status)
    return status == ERROR and (runner.quitOnError or runner.quitOnFailure)
        or status == FAIL and runner.quitOnFailure
end

-- While tests run, os.exit is an error of the test that calls it: the tests after it would be lost.
local function withGuardedExit(action)
    local exit = os.exit
    os.exit = function()
        error("os.exit was called while the tests were running", 2)
    end
    local ok, message = pcall(action)
    os.exit = exit
    if not ok then error(message, 0) end
end

-- Runs one test and what surrounds it. A failed setup of its class or suite stands for the test; the
-- teardowns after it belong to its outcome, as there is no later test that could report them.
local function runNode(runner, node, nextNode, suiteSetup)
    local started = clock()
    if runner.currentClass ~= node.className then
        runner.currentClass = node.className
        runner.reporter:startClass(node.className)
        runner.classSetup = suiteSetup.status == SUCCESS and runClassFixture("setupClass", node) or suiteSetup
    end
    runner.reporter:startTest(node)
    local outcome = runner.classSetup
    if outcome.status == SUCCESS then outcome = runRepeatedly(node, runner.repetitions) end
    local isLast = not nextNode or wantsToQuit(runner, outcome.status)
    if isLast or nextNode.className ~= node.className then
        outcome = merge(outcome, runClassFixture("teardownClass", node))
    end
    if isLast then outcome = merge(outcome, runSuiteFixture("teardownSuite")) end
    node.duration = clock() - started
    recordOutcome(runner.result, node, outcome)
    runner.reporter:endTest(node)
    return isLast
end

local function runNodes(runner, nodes)
    if #nodes == 0 then return end
    local suiteSetup = runSuiteFixture("setupSuite")
    for i, node in ipairs(nodes) do
        node.number = i
        if runNode(runner, node, nodes[i + 1], suiteSetup) then break end
    end
end

-- Runs the selected nodes and returns the number of failures and errors.
local function runSelected(runner, nodes, options)
    local selected = filterByPatterns(nodes, options.patterns)
    if runner.isShuffled then shuffle(selected) end
    runner.result = newResult(#selected, #nodes)
    runner.currentClass = nil
    runner.reporter = setmetatable({ runner = runner }, outputTypes[runner.outputType])
    runner.reporter:startSuite()
    withGuardedExit(function() runNodes(runner, selected) end)
    runner.result.duration = clock() - runner.result.startTime
    runner.reporter:endSuite()
    runner.reporter:flush()
    return runner.result.notSuccessCount
end

-- Without arguments, those of the script.
local function readOptions(runner, arguments)
    if #arguments == 0 then arguments = rawget(_G, "arg") or {} end
    local options = parseArguments(arguments)
    if options.wantsHelp or options.wantsVersion then
        runner.output:write(options.wantsHelp and M.USAGE or M._VERSION .. "\n")
        os.exit(0)
    end
    applyOptions(runner, options)
    return options
end

local function runSuite(runner, arguments)
    local options = readOptions(runner, arguments)
    local nodes = #options.names > 0 and expandNames(options.names) or expandAll(collectGlobals())
    return runSelected(runner, nodes, options)
end

-- Names on the command line are left alone here: the caller has chosen the tests.
local function runInstances(runner, namesAndInstances, arguments)
    return runSelected(runner, expandAll(namesAndInstances), readOptions(runner, arguments or {}))
end

local function isReceiver(value)
    return value == LuaUnit or type(value) == "table" and getmetatable(value) == runnerMetatable
end

-- The functions that run tests are called with a dot or a colon, on a runner or on LuaUnit itself.
local function withoutReceiver(...)
    if isReceiver((...)) then return { select(2, ...) } end
    return { ... }
end

--- A runner with the settings of LuaUnit, to be changed before it runs.
function LuaUnit.new()
    local runner = setmetatable({}, runnerMetatable)
    function runner.runSuite(...) return runSuite(runner, withoutReceiver(...)) end
    runner.run = runner.runSuite
    function runner.runSuiteByInstances(...)
        local arguments = withoutReceiver(...)
        return runInstances(runner, arguments[1], arguments[2])
    end
    return runner
end

--- Runs the tests that the arguments, or those of the script, select; returns how many did not succeed.
function LuaUnit.run(...)
    return LuaUnit.new().runSuite(...)
end

LuaUnit.runSuite = LuaUnit.run
M.run = LuaUnit.run

--- Runs the tests of a list of { name, function or table }; returns how many did not succeed.
function LuaUnit.runSuiteByInstances(...)
    return LuaUnit.new().runSuiteByInstances(...)
end

-- Test files from before LuaUnit 3.1 set this global and use the assertions without the module.
if rawget(_G, "EXPORT_ASSERT_TO_GLOBALS") then
    for name, value in pairs(M) do
        if string.find(name, "^assert") then rawset(_G, name, value) end
    end
    rawset(_G, "LuaUnit", LuaUnit)
end

return M
