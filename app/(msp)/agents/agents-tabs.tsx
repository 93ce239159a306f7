import { clsx } from 'clsx';
import { Link } from '@/components/ui/link';

const TABS = [
  { key: 'agents', href: '/agents', name: 'Agents' },
  { key: 'channels', href: '/agents/channels', name: 'Channels' },
  { key: 'rules', href: '/agents/channels/rules', name: 'Rules for messages' },
  { key: 'keys', href: '/agents/channels/keys', name: 'Keys of pings' },
  { key: 'inbound', href: '/settings/inbound', name: 'Inbound addresses' },
  { key: 'imports', href: '/agents/imports', name: 'Imported history' },
] as const;

/** Between the programs that report and the other ways by which backups tell of themselves. */
export function AgentsTabs({
  here,
  mayManage,
}: {
  here: (typeof TABS)[number]['key'];
  /** Keys and addresses are for those who may use them. */
  mayManage: boolean;
}) {
  return (
    <nav aria-label="Ways in" className="border-line mt-3 flex flex-wrap gap-x-4 border-b">
      {TABS.filter(({ key }) => mayManage || (key !== 'keys' && key !== 'inbound')).map(
        ({ key, href, name }) => (
          <Link
            key={key}
            href={href}
            aria-current={key === here ? 'page' : undefined}
            className={clsx(
              'text-13 -mb-px border-b-2 py-1.5 font-medium',
              key === here ? 'border-accent text-accent' : 'text-ink-2 hover:text-ink border-transparent',
            )}
          >
            {name}
          </Link>
        ),
      )}
    </nav>
  );
}
