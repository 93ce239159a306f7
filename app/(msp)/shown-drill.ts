import type { DrillShown } from '@/components/restore-tests/drill-steps';
import { drillStage } from '@/domain/restore-test/drill';
import type { ListedDrill } from '@/server/data/drills';
import { whyDrillUnconfirmable } from '@/server/services/confirm-drill';

/** A drill as the screen tells it at `now`. */
export function shownDrill(drill: ListedDrill, now: number): DrillShown {
  const { outcome, openedAt, closedAt, confirmedAt } = drill;
  const alarm = openedAt && {
    openedAt: openedAt.getTime(),
    closedAt: closedAt?.getTime() ?? null,
    confirmedAt: confirmedAt?.getTime() ?? null,
  };
  return {
    ...drill,
    askedAt: drill.askedAt.getTime(),
    expiresAt: drill.expiresAt.getTime(),
    fetchedAt: drill.fetchedAt?.getTime() ?? null,
    endedAt: drill.endedAt?.getTime() ?? null,
    stage: outcome === null ? null : drillStage(outcome, alarm),
    openedAt: alarm?.openedAt ?? null,
    closedAt: alarm?.closedAt ?? null,
    confirmedAt: alarm?.confirmedAt ?? null,
    messages: drill.messages.map(({ at, finishedAt, ...one }) => ({
      ...one,
      at: at.getTime(),
      finishedAt: finishedAt?.getTime() ?? null,
    })),
    whyUnconfirmable: whyDrillUnconfirmable(drill, now),
  };
}
