import { SendButton } from '../forms/send-button';

/** Takes a channel, or a ticket system, out of use; it can be undone. */
export function RemoveChannel({ channelId, name }: { channelId: string; name: string }) {
  return (
    <SendButton
      method="PUT"
      address={`/api/v1/notification-channels/${channelId}/removal`}
      label={`Remove ${name}`}
      done={`${name} is removed.`}
      undo="DELETE"
    >
      Remove
    </SendButton>
  );
}
