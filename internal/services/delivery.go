package services

// Delivery says by which name a service calls from one region to a function in
// another, if its name depends on that (Service.OptIn).
type Delivery int

const (
	// DeliveryUsual is by the usual name.
	DeliveryUsual Delivery = iota
	// DeliveryRegional is by the name with the region of the source in it.
	DeliveryRegional
	// DeliveryUnsupported means that the service does not call there.
	DeliveryUnsupported
	// DeliveryDepends is by one or the other name, as the region of the function is
	// not known.
	DeliveryDepends
)

// DeliveryOf follows the guide of Amazon SNS: within a region by the usual name; from
// an opt-in region to a default region by the name with the region; to an opt-in
// region only from there. A region of which that is not known counts as a default
// region for the source, and is not judged for the function.
func DeliveryOf(from, to string) Delivery {
	source, function := OptInOf(from), OptInOf(to)
	switch {
	case from == to || source == OptInUnknown:
		return DeliveryUsual
	case function == OptInRequired:
		return DeliveryUnsupported
	case source == OptInNotRequired:
		return DeliveryUsual
	case to == "":
		return DeliveryDepends
	}
	return DeliveryRegional
}
