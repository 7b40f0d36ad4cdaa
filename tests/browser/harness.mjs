// What both suites have in common: tests are functions with names, run one after the other.
import path from "node:path";

export const TOP = path.resolve(import.meta.dirname, "../..");
export const BUILD = path.resolve(TOP, process.env.BUILD ?? "build");

/** Runs the tests that are named on the command line, or all, and ends the program. */
export async function run(tests) {
    const asked = process.argv.slice(2);
    let [passed, failed] = [0, 0];
    for (const [name, test] of Object.entries(tests)) {
        if (asked.length > 0 && !asked.includes(name)) {
            continue;
        }
        try {
            await test();
            passed++;
            console.log(`ok   ${name}`);
        } catch (error) {
            failed++;
            console.log(`FAIL ${name}\n${error.stack}`);
        }
    }
    console.log(`${passed} passed, ${failed} failed`);
    process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
}
