// Ten messages may be told of in one second; what they change is read once at a time, and once more if it changed meanwhile.

/** A function that runs `work` now, or right after the run under way. */
export function oneAtATime(work) {
  let running = null;
  let isWanted = false;
  const run = async () => {
    do {
      isWanted = false;
      await work();
    } while (isWanted);
  };
  return () => {
    isWanted = true;
    running ??= run().finally(() => {
      running = null;
    });
    return running;
  };
}
