package sdkparity_test

import "reflect"

// onlyInOne returns the exported fields, as Type.Field, that one of two structs
// has and the other has not.
func onlyInOne(a, b any) []string {
	var names []string
	for _, pair := range [][2]reflect.Type{{reflect.TypeOf(a), reflect.TypeOf(b)}, {reflect.TypeOf(b), reflect.TypeOf(a)}} {
		for i := range pair[0].NumField() {
			f := pair[0].Field(i)
			if _, ok := pair[1].FieldByName(f.Name); !ok && f.IsExported() && !f.Anonymous {
				names = append(names, pair[0].Name()+"."+f.Name)
			}
		}
	}
	return names
}
