package honeycomb

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"
)

func (p *planner) slos() error {
	path := p.a.s.paths().slos
	run := func(id string) func(*applying) step {
		return func(a *applying) step { return a.deleteSLO(id) }
	}
	var wanted []string
	for _, s := range p.a.d.SLOs {
		wanted = append(wanted, s.Name)
		have := p.owned(kindSLO, s.Name, p.remote.slos, &p.last, run)
		if have == nil {
			p.add(Change{
				Action: Create, Kind: kindSLO, Name: s.Name, Summary: s.String(),
				run: func(a *applying) step {
					return func(ctx context.Context) (string, error) {
						id, err := a.make(ctx, path, path, s.body(), a.tagged(s.Name))
						if err == nil {
							a.known.slos[s.Name] = id
						}
						return "", err
					}
				},
			})
			continue
		}
		id := have.text("id")
		p.a.known.slos[s.Name] = id
		want, err := treeOf(s.body())
		if err != nil {
			return err
		}
		p.update(kindSLO, s.Name, compare(sloTree(have), sloTree(want)), func(a *applying) step {
			return func(ctx context.Context) (string, error) { return "", a.c.put(ctx, item(path, id), s.body()) }
		})
	}
	p.unowned(kindSLO, p.remote.slos, wanted, &p.last, run)
	return nil
}

func (p *planner) triggers() error {
	path := p.a.s.paths().triggers
	run := func(id string) func(*applying) step {
		return func(a *applying) step { return a.delete(item(path, id)) }
	}
	r, failed := p.resolver()
	words := p.words()
	var wanted []string
	for _, t := range p.a.d.Triggers {
		wanted = append(wanted, t.Name)
		have := p.owned(kindTrigger, t.Name, p.remote.triggers, &p.first, run)
		if have == nil {
			p.add(Change{
				Action: Create, Kind: kindTrigger, Name: t.Name, Summary: t.String(),
				run: func(a *applying) step {
					return func(ctx context.Context) (string, error) {
						body, err := a.d.triggerBody(t, a.known)
						if err != nil {
							return "", err
						}
						_, err = a.make(ctx, path, path, body, a.tagged(t.Name))
						return "", err
					}
				},
			})
			continue
		}
		body, err := p.a.d.triggerBody(t, words)
		if err != nil {
			return err
		}
		want, err := treeOf(body)
		if err != nil {
			return err
		}
		fields := compare(triggerTree(have, r), triggerTree(want, plain))
		if *failed != nil {
			return *failed
		}
		p.update(kindTrigger, t.Name, fields, func(a *applying) step {
			return func(ctx context.Context) (string, error) {
				body, err := a.d.triggerBody(t, a.known)
				if err != nil {
					return "", err
				}
				return "", a.c.put(ctx, item(path, have.text("id")), body)
			}
		})
	}
	// Before anything else, because the plan may have no more slots.
	p.unowned(kindTrigger, p.remote.triggers, wanted, &p.first, run)
	return nil
}

// burnAlerts compares each SLO's alerts. They have no names: what an alert
// watches identifies it, and one that watches something else now is the one of
// the same type that is left over.
func (p *planner) burnAlerts() error {
	for _, s := range p.a.d.SLOs {
		id := p.a.known.slos[s.Name]
		var all []tree
		if id != "" {
			if err := p.a.c.get(p.ctx, p.a.s.paths().burnAlertList(id), &all); err != nil {
				return err
			}
		}
		if err := p.burnAlertsOf(s, all); err != nil {
			return err
		}
	}
	return nil
}

func (p *planner) burnAlertsOf(s SLO, all []tree) error {
	path := p.a.s.paths().burnAlerts
	r, _ := p.resolver()
	wants, err := p.burnAlertTrees(s)
	if err != nil {
		return err
	}
	taken := make([]bool, len(all))
	haves := make([]tree, len(wants))
	pair := func(fits func(want, have tree) bool) {
		for i, want := range wants {
			for j, have := range all {
				if haves[i] == nil && !taken[j] && fits(want, burnAlertTree(have, r)) {
					haves[i], taken[j] = have, true
				}
			}
		}
	}
	ours := func(have tree) bool {
		by := readMark(have.text("description"))
		return by.owner == p.a.d.Owner
	}
	pair(func(want, have tree) bool { return ours(have) && watches(want) == watches(have) })
	pair(alikeButForTheMark)
	if p.a.s.Adopt {
		pair(func(want, have tree) bool { return watches(want) == watches(have) })
	}
	pair(func(want, have tree) bool { return ours(have) && want["type"] == have["type"] })
	for i, b := range s.BurnAlerts {
		name := s.Name + ": " + b.String()
		if haves[i] == nil {
			if j := slices.IndexFunc(all, func(have tree) bool { return watches(wants[i]) == watches(burnAlertTree(have, r)) }); j >= 0 && !taken[j] {
				p.conflict(kindBurnAlert, name, all[j].text("id"), readMark(all[j].text("description")).owner)
				continue
			}
			p.add(Change{
				Action: Create, Kind: kindBurnAlert, Name: name,
				run: func(a *applying) step {
					return func(ctx context.Context) (string, error) {
						body, err := a.burnAlert(b, s.Name)
						if err != nil {
							return "", err
						}
						want, err := treeOf(body)
						if err != nil {
							return "", err
						}
						_, err = a.make(ctx, path, a.s.paths().burnAlertList(body.SLO.ID), body, func(t tree) bool { return sameBurnAlert(t, want) })
						return "", err
					}
				},
			})
			continue
		}
		id := haves[i].text("id")
		p.update(kindBurnAlert, name, compare(burnAlertTree(haves[i], r), wants[i]), func(a *applying) step {
			return func(ctx context.Context) (string, error) {
				body, err := a.burnAlert(b, s.Name)
				if err != nil {
					return "", err
				}
				return "", a.c.put(ctx, item(path, id), body)
			}
		})
	}
	for j, have := range all {
		if taken[j] || !ours(have) {
			continue
		}
		t := burnAlertTree(have, r)
		name := s.Name + ": " + burnAlertOf(have).String()
		run := func(a *applying) step { return a.delete(item(path, have.text("id"))) }
		if slices.ContainsFunc(wants, func(want tree) bool { return watches(want) == watches(t) }) {
			p.last = append(p.last, Change{Action: Delete, Kind: kindBurnAlert, Name: name, Summary: "there twice", run: run})
		} else {
			p.stale(&p.last, kindBurnAlert, name, run)
		}
	}
	return nil
}

func (p *planner) burnAlertTrees(s SLO) ([]tree, error) {
	var all []tree
	words := p.words()
	for _, b := range s.BurnAlerts {
		body, err := p.a.d.burnAlertBody(b, s.Name, words)
		if err != nil {
			return nil, err
		}
		body.Description = mark{owner: p.a.d.Owner}.on(body.Description)
		t, err := treeOf(body)
		if err != nil {
			return nil, err
		}
		all = append(all, burnAlertTree(t, plain))
	}
	return all, nil
}

// burnAlertOf returns what an answer's burn alert watches.
func burnAlertOf(body tree) BurnAlert {
	minutes := func(name string) time.Duration { return time.Duration(body.number(name)) * time.Minute }
	return BurnAlert{
		Type:                BurnAlertType(body.text("alert_type")),
		Exhaustion:          minutes("exhaustion_minutes"),
		Window:              minutes("budget_rate_window_minutes"),
		ThresholdPerMillion: int(body.number("budget_rate_decrease_threshold_per_million")),
	}
}

// alikeButForTheMark reports whether a burn alert without a mark is what is
// wanted all the same: somebody has removed the mark, and nothing else.
func alikeButForTheMark(want, have tree) bool {
	description, _ := have["description"].(string)
	if readMark(description) != (mark{}) {
		return false
	}
	wanted, _ := want["description"].(string)
	marked := maps.Clone(have)
	marked["description"] = mark{owner: readMark(wanted).owner}.on(description)
	return len(compare(marked, want)) == 0
}

// watches says what a burn alert's tree is about.
func watches(t tree) string {
	return fmt.Sprint(t["type"], " ", t["exhaustion"], " ", t["window"], " ", t["threshold"])
}
