package wholeminutes

import (
	"testing"
	"time"
)

var minute = time.Unix(30_000_000*60, 0)

func at(seconds float64) time.Time {
	return minute.Add(time.Duration(seconds * float64(time.Second)))
}

func items(now time.Time, seconds ...float64) Items {
	all := NewItems(now)
	for _, each := range seconds {
		all.Add(uint64(at(each).UnixNano()))
	}
	return all
}

// due is what a book has to say at a time, by which minute.
func due(b *Book, seconds float64) map[string]int64 {
	all := map[string]int64{}
	for _, one := range b.Due(at(seconds)) {
		all[one.Service+" "+one.Which] = one.Items
	}
	return all
}

// said is the same where it was taken.
func said(b *Book, seconds float64) map[string]int64 {
	all := due(b, seconds)
	b.Said(at(seconds), b.Due(at(seconds)))
	return all
}

func TestAMinuteIsSaidOnceWhenItHasBeenOverForAWhile(t *testing.T) {
	b := NewBook(at(-30))
	b.Of("one", "traces", "api").Add(items(at(59), -1, 0, 59.9, 60))
	for _, seconds := range []float64{30, 60, 69.9} {
		if got := said(b, seconds); len(got) != 0 {
			t.Errorf("after %g s it says %v", seconds, got)
		}
	}
	if got := said(b, 70); len(got) != 1 || got["api last"] != 2 {
		t.Errorf("it says %v", got)
	}
	if got := said(b, 85); len(got) != 0 {
		t.Errorf("it says again %v", got)
	}
}

func TestWhatCameLateIsSaidWithAllOfTheMinuteBefore(t *testing.T) {
	b := NewBook(at(-30))
	api, bot := b.Of("one", "traces", "api"), b.Of("one", "traces", "bot")
	api.Add(items(at(30), 10))
	bot.Add(items(at(30), 10))
	said(b, 70)
	api.Add(items(at(100), 20, 70))
	if got := said(b, 130); len(got) != 2 || got["api before"] != 2 || got["api last"] != 1 {
		t.Errorf("it says %v", got)
	}
	api.Add(items(at(185), 20))
	if got := said(b, 190); len(got) != 0 {
		t.Errorf("of a minute that nobody asks for any more it says %v", got)
	}
}

func TestWhatWasNotTakenIsSaidAgain(t *testing.T) {
	b := NewBook(at(-30))
	api := b.Of("one", "traces", "api")
	api.Add(items(at(30), 10))
	due(b, 70)
	api.Add(items(at(71), 50))
	if got := due(b, 85); len(got) != 1 || got["api last"] != 2 {
		t.Errorf("it says %v", got)
	}
	if got := said(b, 130); len(got) != 1 || got["api before"] != 2 {
		t.Errorf("a minute later it says %v", got)
	}
	if got := said(b, 145); len(got) != 0 {
		t.Errorf("it says again %v", got)
	}
}

func TestWhatIsNotSaidTakesNoMemory(t *testing.T) {
	b := NewBook(at(-30))
	one := b.Of("one", "traces", "api")
	for minutes := range 100 {
		seconds := float64(minutes * 60)
		one.Add(items(at(seconds), seconds))
	}
	if len(one.of) > told {
		t.Errorf("it holds %d minutes", len(one.of))
	}
}

func TestAMinuteInWhichTheProcessBeganIsNotSaid(t *testing.T) {
	b := NewBook(at(5))
	b.Of("one", "traces", "api").Add(items(at(30), 10, 59))
	if got := said(b, 70); len(got) != 0 {
		t.Errorf("it says %v", got)
	}
	b.Of("one", "traces", "api").Add(items(at(70), 65))
	if got := said(b, 130); len(got) != 1 || got["api last"] != 1 {
		t.Errorf("it says %v", got)
	}
}

func TestItemsOfLongAgoAndOfTheFutureAreOfNoMinute(t *testing.T) {
	b := NewBook(at(-600))
	one := b.Of("one", "logs", "api")
	one.Add(NewItems(time.Unix(0, 0)))
	one.Add(items(at(0), -190, -100, 100, 130))
	if len(one.of) != 2 {
		t.Errorf("counted %v", one.of)
	}
	if got := said(b, 10); got["api before"] != 1 || len(got) != 1 {
		t.Errorf("it says %v", got)
	}
}
