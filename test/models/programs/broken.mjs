// A program that never gets as far as an answer.
process.stderr.write("cannot load weights\n");
process.exit(1);
