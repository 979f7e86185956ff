// Package simulate runs the sampler under a made-up load, so that a person can
// choose a budget before spending events: how many events a month would come
// to, what the kept traces would stand for, and how far each number on a board
// would be from the truth.
//
// [Run] draws requests for each process of a fleet and has a
// [sampling.Budget], the code that services run, choose among them window by
// window, with the keys and strata of the tail buffer. What is kept is weighted
// as Honeycomb weights it, and compared with all that was drawn. The same
// [Config] gives the same [Result].
//
// It does not simulate metric points, whose share is set aside, nor the memory
// of a tail buffer: see [Result.Waiting].
package simulate
