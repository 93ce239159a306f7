import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import { SampleLine } from '@/components/first-hour/sample-line';
import { Tour } from '@/components/first-hour/tour';
import { AccountMenu } from '@/components/shell/account-menu';
import { Brand } from '@/components/shell/brand';
import { Navigation } from '@/components/shell/navigation';
import { OfflineLine } from '@/components/shell/offline-line';
import { RowKeys } from '@/components/shell/row-keys';
import { StaleLine } from '@/components/shell/stale-line';
import { THEME_COOKIE, themeOf } from '@/components/shell/theme';
import { Toaster } from '@/components/ui/toaster';
import { may } from '@/domain/access/permissions';
import { requireSession } from '@/server/auth/require-scope';
import { findMsp } from '@/server/data/clients';
import { findLag } from '@/server/data/lag';
import { countSamples } from '@/server/data/sample-clients';
import { webDatabase } from '@/server/data/web-database';
import { openCauseCount } from './open-cause-count';
import { requestTime } from './request-time';

/** The shell of the MSP's screens. Its check guards nothing: every page makes its own. */
export default async function MspLayout({ children }: { children: ReactNode }) {
  const session = await requireSession('view-fleet');
  const now = requestTime();
  const { scope, name, email, role } = session;
  const openCauses = await openCauseCount();
  const [msp, lag, share] = await webDatabase().inScope(scope, async (tx) => [
    await findMsp(tx, scope.mspId),
    await findLag(tx, scope.mspId, now),
    await countSamples(tx, scope.mspId),
  ]);
  const theme = themeOf((await cookies()).get(THEME_COOKIE)?.value);
  return (
    <Toaster>
      <a
        href="#content"
        className="bg-accent text-accent-ink text-13 sr-only z-50 rounded-md px-3 py-2 font-medium focus:not-sr-only focus:fixed focus:top-2 focus:left-2 print:hidden"
      >
        Skip to content
      </a>
      <div className="lg:grid lg:grid-cols-[196px_minmax(0,1fr)] print:block!">
        <aside
          aria-label="Holdfast"
          className="border-line bg-bg-2 sticky top-0 hidden h-dvh flex-col gap-4 border-r px-2.5 py-3 lg:flex print:hidden!"
        >
          <div className="px-2 py-1">
            <Brand mspName={msp.name} />
          </div>
          <Navigation
            seesPolicies={may(role, 'view-policies', scope.clientIds)}
            managesPeople={may(role, 'manage-people', scope.clientIds)}
            managesSignOn={may(role, 'manage-sign-on', scope.clientIds)}
            managesNotifications={may(role, 'manage-notifications', scope.clientIds)}
            managesEvidence={may(role, 'manage-evidence', scope.clientIds)}
            seesAudit={may(role, 'view-audit-log', scope.clientIds)}
            setsRetention={may(role, 'set-retention', scope.clientIds)}
            exportsAll={may(role, 'export-everything', scope.clientIds)}
            seesHealth={may(role, 'view-health', scope.clientIds)}
            openCauses={openCauses}
          />
          <div className="border-line mt-auto border-t pt-2">
            <AccountMenu name={name} email={email} role={role} theme={theme} />
          </div>
        </aside>
        <div className="min-w-0">
          <OfflineLine />
          {lag && (
            <StaleLine since={lag.since.getTime()} waitingReports={lag.waitingReports} now={now.getTime()} />
          )}
          {share.samples > 0 && (
            <SampleLine {...share} mayRemove={may(role, 'set-up-msp', scope.clientIds)} />
          )}
          <RowKeys>{children}</RowKeys>
          <Tour />
        </div>
      </div>
    </Toaster>
  );
}
