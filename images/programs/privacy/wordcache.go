package privacy

const (
	cachedWords  = 1024
	longestWord  = 24
	hashOffset32 = 2166136261
	hashPrime32  = 16777619
)

// wordCache remembers what the words of sentences mean: they are few, and come again and again. A word takes the place of the one that was in its slot, so it
// neither grows nor allocates.
type wordCache [cachedWords]struct {
	word   [longestWord]byte
	length uint8
	means  meaning
}

// meaningOf a word of at most longestWord bytes.
func (c *wordCache) meaningOf(word string) meaning {
	if len(word) > longestWord {
		return meaningOf(word)
	}
	hash := uint32(hashOffset32)
	for i := 0; i < len(word); i++ {
		hash = (hash ^ uint32(word[i])) * hashPrime32
	}
	slot := &c[(hash^hash>>16)%cachedWords]
	if int(slot.length) == len(word) && string(slot.word[:len(word)]) == word {
		return slot.means
	}
	means := meaningOf(word)
	slot.length, slot.means = uint8(len(word)), means
	copy(slot.word[:], word)
	return means
}
