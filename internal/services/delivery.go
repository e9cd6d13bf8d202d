package services

// Delivery is the name by which a service calls a function in another region, if the
// name depends on the two regions (Service.OptIn).
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

// DeliveryOf returns the delivery from one region to another according to the guide of
// Amazon SNS: by the usual name within a region and between default regions, by the
// name with the region from an opt-in region to a default region, and not at all from
// another region to an opt-in region. A region that is not known to be either counts as
// a default region.
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
