// Package repo has the tests of the repository as a whole: the exported names of
// the packages (the folder api), their imports and their documentation, and the
// requirements of the module.
package repo
