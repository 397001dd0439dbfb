local G = function (args)
    return "Hello from Spacer!"
end

return G
