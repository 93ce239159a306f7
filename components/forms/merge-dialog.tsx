import { ReasonDialog } from './reason-dialog';

interface Props {
  system: { systemId: string; name: string; clientName: string };
  /** Systems of the same client, itself among them or not. */
  targets: readonly { systemId: string; name: string }[];
}

/** Says that a system is another one under a further name. */
export function MergeDialog({ system: { systemId, name, clientName }, targets }: Props) {
  const others = targets.filter((one) => one.systemId !== systemId);
  if (others.length === 0) return null;
  return (
    <ReasonDialog
      title={`Merge ${name} into another system`}
      description={`For one machine under two names. All that was and will be reported of ${name} counts there, so that copies of the same sources are added up: merge nothing that is not the same machine. It can be split again, and no report is changed.`}
      label="Merge"
      longLabel={`Merge ${name} into another system`}
      address={`/api/v1/systems/${systemId}/inbox-decision`}
      body={{ verb: 'merged' }}
      choice={{
        name: 'intoSystemId',
        label: `Which system of ${clientName} it is`,
        options: others.map((one) => ({ value: one.systemId, text: one.name })),
      }}
      done={`${name} is merged.`}
    />
  );
}
