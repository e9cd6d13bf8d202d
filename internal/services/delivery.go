package services

// Delivery says by which name a service calls from one region to a function in
// another, if its name depends on that (Service.OptIn).
type Delivery int

const (
	// DeliveryUsual means that the service calls by its usual name.
	DeliveryUsual Delivery = iota
	// DeliveryRegional means that the service calls by the name with the region of
	// the source in it.
	DeliveryRegional
	// DeliveryUnsupported means that the service does not call there.
	DeliveryUnsupported
	// DeliveryDepends means that the name depends on the region of the function, which
	// is not known.
	DeliveryDepends
)

// DeliveryOf returns the delivery from one region to another by the guide of Amazon
// SNS: the usual name within a region; the name with the region from an opt-in region
// to a default region; and no call to an opt-in region from elsewhere. A region that
// is not known to be either counts as a default region, for the source and for the
// function.
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
