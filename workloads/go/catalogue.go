package main

// catalogue is every twin there is, by name.
var catalogue = map[string]entry{
	"bimodal": {bimodalParams, newBimodal},
	"parked":  {parkedParams, newParked},
}
