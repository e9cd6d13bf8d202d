package permission

// AppendJSONString is appendJSONString, for its fuzz test.
var AppendJSONString = appendJSONString
