import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import { SampleLine } from '@/components/first-hour/sample-line';
import { OfflineLine } from '@/components/shell/offline-line';
import { RoomTop } from '@/components/shell/room-top';
import { THEME_COOKIE, themeOf } from '@/components/shell/theme';
import { Toaster } from '@/components/ui/toaster';
import { requireSession } from '@/server/auth/require-scope';
import { findMsp } from '@/server/data/clients';
import { countSamples } from '@/server/data/sample-clients';
import { webDatabase } from '@/server/data/web-database';

/** The frame of what a client's leader sees, under the MSP's name. Its check guards nothing: every page makes its own. */
export default async function PortalLayout({ children }: { children: ReactNode }) {
  const { scope, name, email } = await requireSession('view-portal');
  const [msp, share] = await webDatabase().inScope(scope, async (tx) => [
    await findMsp(tx, scope.mspId),
    await countSamples(tx, scope.mspId),
  ]);
  return (
    <Toaster>
      <RoomTop
        title={msp.name}
        name={name}
        email={email}
        theme={themeOf((await cookies()).get(THEME_COOKIE)?.value)}
        accountHref="/portal/account"
      />
      <OfflineLine />
      {share.samples > 0 && <SampleLine {...share} mayRemove={false} />}
      <div className="bg-bg-2 min-h-dvh">{children}</div>
    </Toaster>
  );
}
