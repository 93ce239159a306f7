import { clientWhy } from '@/components/backup/fleet-words';
import { BOARD_SHAPE, type BoardAnswer } from '@/components/wallboard/board-answer';
import { withRoute } from '@/server/auth/with-route';
import { readWallboard } from '@/server/data/wallboard';
import { webDatabase } from '@/server/data/web-database';

/** The fleet as a wallboard shows it, asked for every quarter of a minute. */
export const GET = withRoute({ permission: 'view-fleet' }, async ({ scope, session }) => {
  const now = new Date();
  const { totals, clients, changes, lag, needsMe } = await readWallboard(webDatabase(), scope, now);
  const answer: BoardAnswer = {
    shape: BOARD_SHAPE,
    at: now.getTime(),
    clients: totals.clients,
    systems: totals.systems,
    needsMe,
    rows: clients.flatMap((client) => {
      const { clientId, name, timeZone, status, since } = client;
      if (status === null) return [];
      const why = clientWhy(client, now.getTime());
      return { clientId, name, timeZone, status, why, since: since?.getTime() ?? null };
    }),
    changes: changes.map((change) => ({ ...change, at: change.at.getTime() })),
    lag: lag && { since: lag.since.getTime(), waitingReports: lag.waitingReports },
    signedInUntil: session.expiresAt.getTime(),
  };
  return Response.json(answer);
});
