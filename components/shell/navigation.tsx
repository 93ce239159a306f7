'use client';

import { clsx } from 'clsx';
import {
  Activity,
  Archive,
  Bell,
  Bot,
  Code,
  Database,
  Download,
  FileCheck2,
  FileText,
  History,
  FolderSearch,
  Inbox,
  KeyRound,
  ListChecks,
  ListTree,
  ScrollText,
  Ticket,
  TriangleAlert,
  Users,
} from 'lucide-react';
import { Link } from '../ui/link';
import { usePathname } from 'next/navigation';

const FLEET = { href: '/', name: 'Fleet', Icon: ListTree } as const;
const POLICIES = { href: '/policies', name: 'Policies', Icon: FileCheck2 } as const;
const FINDINGS = { href: '/findings', name: 'Findings', Icon: TriangleAlert } as const;
const COVERAGE = { href: '/coverage', name: 'Coverage', Icon: ListChecks } as const;
const RESTORE_TESTS = { href: '/restore-tests', name: 'Restore tests', Icon: History } as const;
const REPOSITORIES = { href: '/repositories', name: 'Repositories', Icon: Database } as const;
const AGENTS = { href: '/agents', name: 'Agents', Icon: Bot } as const;
const INBOX = { href: '/inbox', name: 'Inbox', Icon: Inbox } as const;
const REPORTS = { href: '/reports', name: 'Reports', Icon: FileText } as const;
const PEOPLE = { href: '/people', name: 'People', Icon: Users } as const;
const SIGN_ON = { href: '/settings/single-sign-on', name: 'Single sign-on', Icon: KeyRound } as const;
const NOTIFICATIONS = { href: '/settings/notifications', name: 'Notifications', Icon: Bell } as const;
const TICKETS = { href: '/settings/tickets', name: 'Tickets', Icon: Ticket } as const;
const EVIDENCE = { href: '/settings/evidence', name: 'Evidence', Icon: FolderSearch } as const;
const API_KEYS = { href: '/settings/api-keys', name: 'API keys', Icon: Code } as const;
const EXPORT = { href: '/settings/export', name: 'Export', Icon: Download } as const;
const RETENTION = { href: '/settings/retention', name: 'Retention', Icon: Archive } as const;
const HEALTH = { href: '/settings/health', name: 'Health', Icon: Activity } as const;
const AUDIT = { href: '/audit', name: 'Audit log', Icon: ScrollText } as const;

interface Props {
  seesPolicies: boolean;
  managesPeople: boolean;
  managesSignOn: boolean;
  managesNotifications: boolean;
  managesEvidence: boolean;
  seesAudit: boolean;
  exportsAll: boolean;
  setsRetention: boolean;
  seesHealth: boolean;
  /** Causes that need somebody. */
  openCauses: number;
}

/** More are not told apart in so little room. */
const COUNT_MAX = 999;

/** The screens there are for who is signed in. */
export function Navigation({
  seesPolicies,
  managesPeople,
  managesSignOn,
  managesNotifications,
  managesEvidence,
  seesAudit,
  exportsAll,
  setsRetention,
  seesHealth,
  openCauses,
}: Props) {
  const path = usePathname();
  const entries = [
    FLEET,
    FINDINGS,
    ...(seesPolicies ? [POLICIES] : []),
    COVERAGE,
    RESTORE_TESTS,
    REPOSITORIES,
    REPORTS,
    AGENTS,
    INBOX,
    ...(managesPeople ? [PEOPLE] : []),
    ...(managesSignOn ? [SIGN_ON] : []),
    ...(managesNotifications ? [NOTIFICATIONS, TICKETS] : []),
    ...(managesEvidence ? [EVIDENCE] : []),
    API_KEYS,
    ...(seesAudit ? [AUDIT] : []),
    ...(setsRetention ? [RETENTION] : []),
    ...(exportsAll ? [EXPORT] : []),
    ...(seesHealth ? [HEALTH] : []),
  ];
  return (
    <nav aria-label="Main" className="flex flex-col gap-0.5">
      {entries.map(({ href, name, Icon }) => {
        const isHere = path === href || (href !== '/' && path.startsWith(`${href}/`));
        return (
          <Link
            key={href}
            href={href}
            aria-current={isHere ? 'page' : undefined}
            className={clsx(
              'text-13 flex h-8 items-center gap-2.5 rounded-md px-2 font-medium',
              isHere ? 'bg-accent-bg text-accent' : 'text-ink-2 hover:bg-bg-3',
            )}
          >
            <Icon size={16} aria-hidden="true" /> {name}
            {href === FINDINGS.href && openCauses > 0 && (
              <span className="bg-bg-3 text-ink-2 ml-auto min-w-[22px] rounded-full px-1.5 text-center text-xs leading-[18px] tabular-nums">
                {openCauses > COUNT_MAX ? `${COUNT_MAX}+` : openCauses}
                <span className="sr-only"> open causes</span>
              </span>
            )}
          </Link>
        );
      })}
    </nav>
  );
}
