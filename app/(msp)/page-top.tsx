import { cookies } from 'next/headers';
import { SampleTag } from '@/components/first-hour/sample-tag';
import { TOUR_HREF } from '@/components/first-hour/tour-stops';
import { AccountMenu } from '@/components/shell/account-menu';
import { Brand } from '@/components/shell/brand';
import { ClientSwitcher } from '@/components/shell/client-switcher';
import { KeyHelp } from '@/components/shell/key-help';
import { NavDrawer } from '@/components/shell/nav-drawer';
import { Navigation } from '@/components/shell/navigation';
import { type PaletteAction, PaletteButton } from '@/components/shell/palette-button';
import { THEME_COOKIE, themeOf } from '@/components/shell/theme';
import { type Crumb, TopBar } from '@/components/shell/top-bar';
import { may, type Permission } from '@/domain/access/permissions';
import type { CurrentSession } from '@/server/auth/current-session';
import { findMsp, listClientNames } from '@/server/data/clients';
import { listMarkedSamples } from '@/server/data/sample-clients';
import { webDatabase } from '@/server/data/web-database';
import { openCauseCount } from './open-cause-count';

interface Props {
  session: CurrentSession;
  /** null: all clients. Where it is asked for first, the rest of the line is put together meanwhile. */
  clientId: string | null | Promise<string | null>;
  /** The way here from the fleet; where it is empty, one switches between clients instead. */
  crumbs: readonly Crumb[];
}

const SCREENS: readonly PaletteAction[] = [
  { name: 'Fleet', href: '/' },
  { name: 'Clients that need me', href: '/?status=needs-me' },
  { name: 'Clients that are not protected', href: '/?status=non-compliant' },
  { name: 'Ended clients', href: '/clients/ended' },
  { name: 'Findings', href: '/findings' },
  { name: 'My findings', href: '/findings?tab=mine' },
  { name: 'Coverage', href: '/coverage' },
  { name: 'Machines that are not backed up', href: '/coverage?state=not-covered' },
  { name: 'Reports', href: '/reports' },
  { name: 'Service review', href: '/reports/service-review' },
  { name: 'Verify a document', href: '/verify' },
  { name: 'Restore tests', href: '/restore-tests' },
  { name: 'Restore tests that await review', href: '/restore-tests?state=review' },
  { name: 'Wallboard', href: '/wallboard' },
  { name: 'Agents', href: '/agents' },
  { name: 'Inbox', href: '/inbox' },
  { name: 'Repositories', href: '/repositories' },
  { name: 'Keys of pings', href: '/agents/channels/keys' },
  { name: 'Rules for messages', href: '/agents/channels/rules' },
  { name: 'Channels: pings, mails, webhooks', href: '/agents/channels' },
  { name: 'Imported history', href: '/agents/imports' },
  { name: 'Your account', href: '/account' },
  { name: 'API keys', href: '/settings/api-keys' },
  { name: 'API reference', href: '/api-reference' },
];
/** What is done from anywhere; a page that opens a dialog knows its name (`use-opened-by-address.ts`). */
const ACTIONS: readonly (PaletteAction & { permission: Permission })[] = [
  { name: 'Add a client', href: '/?do=add-client', permission: 'manage-clients' },
  { name: 'Connect a machine', href: '/agents?do=connect-machine', permission: 'mint-enrolment-token' },
  { name: 'Record a restore test', href: '/restore-tests/new', permission: 'record-restore-test' },
  { name: 'Invite somebody', href: '/people?do=invite', permission: 'manage-people' },
  { name: 'Take the tour', href: TOUR_HREF, permission: 'view-fleet' },
];
const FIRST_STEPS: PaletteAction = { name: 'First steps', href: '/first-steps' };
const SIGN_INS: PaletteAction = { name: 'Sign-ins', href: '/people/sign-ins' };
const BRANDING: PaletteAction = { name: 'Branding of documents', href: '/settings/branding' };
const TEMPLATES: PaletteAction = { name: 'Report templates', href: '/reports/templates' };
const CONNECT: PaletteAction = { name: 'Connect a backup', href: '/connect' };
const POLICIES: PaletteAction = { name: 'Policies', href: '/policies' };
const RULES: PaletteAction = { name: 'Rules for new systems', href: '/policies/rules' };
const PEOPLE: PaletteAction = { name: 'People', href: '/people' };
const SIGN_ON: PaletteAction = { name: 'Single sign-on', href: '/settings/single-sign-on' };
const NOTIFICATIONS: PaletteAction = { name: 'Notifications', href: '/settings/notifications' };
const TICKETS: PaletteAction = { name: 'Tickets', href: '/settings/tickets' };
const EVIDENCE: PaletteAction = { name: 'Evidence', href: '/settings/evidence' };
const EXPORT: PaletteAction = { name: 'Export everything', href: '/settings/export' };
const RETENTION: PaletteAction = { name: 'Retention of what Holdfast keeps', href: '/settings/retention' };
const FRAMEWORKS: PaletteAction = { name: 'Frameworks and their clauses', href: '/settings/frameworks' };
const INBOUND: PaletteAction = { name: 'Inbound addresses', href: '/settings/inbound' };
const HEALTH: PaletteAction = { name: 'Health of Holdfast', href: '/settings/health' };
const AUDIT: PaletteAction = { name: 'Audit log', href: '/audit' };

/** The line above each page of the MSP. */
export async function PageTop({ session, clientId: asked, crumbs }: Props) {
  const { scope, name, email, role } = session;
  const openCauses = await openCauseCount();
  const [msp, clients, samples] = await webDatabase().inScope(scope, async (tx) => [
    await findMsp(tx, scope.mspId),
    await listClientNames(tx, scope.mspId),
    await listMarkedSamples(tx, scope.mspId),
  ]);
  const clientId = await asked;
  const theme = themeOf((await cookies()).get(THEME_COOKIE)?.value);
  const seesPolicies = may(role, 'view-policies', scope.clientIds);
  const managesPeople = may(role, 'manage-people', scope.clientIds);
  const managesSignOn = may(role, 'manage-sign-on', scope.clientIds);
  const managesNotifications = may(role, 'manage-notifications', scope.clientIds);
  const managesEvidence = may(role, 'manage-evidence', scope.clientIds);
  const exportsAll = may(role, 'export-everything', scope.clientIds);
  const setsRetention = may(role, 'set-retention', scope.clientIds);
  const seesAudit = may(role, 'view-audit-log', scope.clientIds);
  const seesHealth = may(role, 'view-health', scope.clientIds);
  const menu = (
    <NavDrawer>
      <div className="px-2 pt-1 pb-4">
        <Brand mspName={msp.name} />
      </div>
      <Navigation
        seesPolicies={seesPolicies}
        managesPeople={managesPeople}
        managesSignOn={managesSignOn}
        managesNotifications={managesNotifications}
        managesEvidence={managesEvidence}
        seesAudit={seesAudit}
        exportsAll={exportsAll}
        setsRetention={setsRetention}
        seesHealth={seesHealth}
        openCauses={openCauses}
      />
      <div className="border-line mt-auto border-t pt-2">
        <AccountMenu name={name} email={email} role={role} theme={theme} />
      </div>
    </NavDrawer>
  );
  return (
    <TopBar
      menu={menu}
      switcher={crumbs.length === 0 && <ClientSwitcher clients={clients} clientId={clientId} />}
      crumbs={crumbs}
      tag={clientId !== null && samples.has(clientId) && <SampleTag />}
    >
      <PaletteButton
        actions={[
          ...SCREENS,
          ...(may(role, 'manage-channels', scope.clientIds) ? [CONNECT, INBOUND] : []),
          ...(seesPolicies ? [POLICIES, RULES, FRAMEWORKS] : []),
          ...(managesPeople ? [PEOPLE] : []),
          ...(managesSignOn ? [SIGN_ON] : []),
          ...(managesNotifications ? [NOTIFICATIONS, TICKETS] : []),
          ...(managesEvidence ? [EVIDENCE] : []),
          ...(seesAudit ? [AUDIT] : []),
          ...(setsRetention ? [RETENTION] : []),
          ...(exportsAll ? [EXPORT] : []),
          ...(seesHealth ? [HEALTH] : []),
          ...(may(role, 'view-sign-ins', scope.clientIds) ? [SIGN_INS] : []),
          ...(may(role, 'change-branding', scope.clientIds) ? [BRANDING] : []),
          ...(may(role, 'make-document', scope.clientIds) ? [TEMPLATES] : []),
          ...(may(role, 'set-up-msp', scope.clientIds) ? [FIRST_STEPS] : []),
          ...ACTIONS.filter(({ permission }) => may(role, permission, scope.clientIds)).map(actionOf),
        ]}
      />
      <KeyHelp />
    </TopBar>
  );
}

/** The browser is not told who may what. */
function actionOf({ name, href }: PaletteAction): PaletteAction {
  return { name, href, kind: 'action' };
}
