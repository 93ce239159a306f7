import { dataSetSubject, type Gap } from './gap';
import type { Prepared } from './prepared';
import { restoreForecast } from './restore-forecast';
import type { State } from './state';

/** Where an RTO was promised: that a full restore would take longer, or that nobody can say. Nobody's guess makes it kept. */
export function rtoGap(state: State, prepared: Prepared): Gap | null {
  const { rtoSeconds } = prepared.policy;
  if (rtoSeconds === null) return null;
  const forecast = restoreForecast(state, prepared);
  if (forecast === null) return null;
  const base = {
    rule: 'rto-at-risk',
    subject: dataSetSubject(prepared),
    causeKey: `data-set:${prepared.facts.dataSet.id}`,
  } as const;
  if (forecast.kind !== 'timed') {
    const detail = { kind: 'rto-unknown', rtoSeconds, lacks: forecast.kind } as const;
    return { ...base, severity: 'note', since: oldestPoint(prepared) ?? state.at, detail, origin: null };
  }
  const { kind: _, origin, at, ...said } = forecast;
  if (forecast.seconds <= rtoSeconds) return null;
  return { ...base, severity: 'warning', since: at, detail: { kind: 'rto', rtoSeconds, ...said }, origin };
}

function oldestPoint({ repositories }: Prepared): number | null {
  const oldest = repositories.flatMap(({ oldestAt }) => oldestAt ?? []);
  return oldest.length === 0 ? null : Math.min(...oldest);
}
