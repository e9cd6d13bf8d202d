package validate_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/lambdaperm/lambdaperm/validate"
)

// checkGrant answers with the violations of the grant in the request's body, as JSON.
func checkGrant(w http.ResponseWriter, r *http.Request) {
	var grant validate.Request
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10)).Decode(&grant); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	var invalid *validate.Error
	if errors.As(validate.Current.Check(grant), &invalid) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusUnprocessableEntity)
		json.NewEncoder(w).Encode(invalid)
	}
}

// A web service checks grants that others send to it.
func Example_httpHandler() {
	body := `{"FunctionName": "thumbnail", "StatementId": "my.photos", "Action": "lambda:InvokeFunction", "Principal": "210987654321"}`
	w := httptest.NewRecorder()
	checkGrant(w, httptest.NewRequest("POST", "/grants", strings.NewReader(body)))
	fmt.Println(w.Code, w.Body)
	// Output:
	// 422 {"violations":[{"field":"StatementId","rule":"pattern","value":"my.photos","message":"Member must satisfy regular expression pattern: ([a-zA-Z0-9-_]+)","hint":"a statement id has only letters, digits, - and _, not '.': try \"my-photos\""}]}
}
