local R = {
    -- HTTP Method, Path, Function Name
    {"GET", "/hello", "hello"}
}

return R
