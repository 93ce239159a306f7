// Preloaded into every process of the system. When the supervisor goes, even by SIGKILL, the channel to it closes: leave.
const PATIENCE_MS = 8_000;

if (process.channel) {
  process.on('disconnect', () => {
    setTimeout(() => process.exit(1), PATIENCE_MS).unref();
    process.kill(process.pid, 'SIGTERM');
  });
  process.channel.unref();
}
