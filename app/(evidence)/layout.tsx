import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import { GrantStrip } from '@/components/evidence/grant-strip';
import { SampleLine } from '@/components/first-hour/sample-line';
import { OfflineLine } from '@/components/shell/offline-line';
import { RoomTop } from '@/components/shell/room-top';
import { THEME_COOKIE, themeOf } from '@/components/shell/theme';
import { Toaster } from '@/components/ui/toaster';
import { auditorOf } from '@/server/auth/auditor';
import { requireSession } from '@/server/auth/require-scope';
import { findMsp, listEvidenceClientNames } from '@/server/data/clients';
import { countSamples } from '@/server/data/sample-clients';
import { webDatabase } from '@/server/data/web-database';
import { requestTime } from '../(msp)/request-time';

/** The frame of the evidence room: whose it is, and what the grant says. Its check guards nothing: every page makes its own. */
export default async function EvidenceLayout({ children }: { children: ReactNode }) {
  const session = await requireSession('view-evidence');
  const { grant, scope } = auditorOf(session);
  const { msp, clients, share } = await webDatabase().inScope(scope, async (tx) => ({
    msp: await findMsp(tx, scope.mspId),
    clients: await listEvidenceClientNames(tx, scope.mspId),
    share: await countSamples(tx, scope.mspId),
  }));
  return (
    <Toaster>
      <RoomTop
        title={`${msp.name}, evidence room`}
        name={session.name}
        email={session.email}
        theme={themeOf((await cookies()).get(THEME_COOKIE)?.value)}
        accountHref="/evidence/account"
      />
      <OfflineLine />
      {share.samples > 0 && <SampleLine {...share} mayRemove={false} />}
      <GrantStrip
        {...grant}
        clientNames={clients.map(({ name }) => name)}
        expiresAt={grant.expiresAt.getTime()}
        timeZone={msp.timeZone}
        now={requestTime().getTime()}
      />
      {children}
    </Toaster>
  );
}
