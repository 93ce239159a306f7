import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import { RoomTop } from '@/components/shell/room-top';
import { THEME_COOKIE, themeOf } from '@/components/shell/theme';
import { Toaster } from '@/components/ui/toaster';
import { requireSession } from '@/server/auth/require-scope';
import { findMsp } from '@/server/data/clients';
import { webDatabase } from '@/server/data/web-database';

/** The frame of what a client's leader sees, under the MSP's name. Its check guards nothing: every page makes its own. */
export default async function PortalLayout({ children }: { children: ReactNode }) {
  const { scope, name, email } = await requireSession('view-portal');
  const msp = await webDatabase().inScope(scope, (tx) => findMsp(tx, scope.mspId));
  return (
    <Toaster>
      <RoomTop
        title={msp.name}
        name={name}
        email={email}
        theme={themeOf((await cookies()).get(THEME_COOKIE)?.value)}
        accountHref="/portal/account"
      />
      <div className="bg-bg-2 min-h-dvh">{children}</div>
    </Toaster>
  );
}
