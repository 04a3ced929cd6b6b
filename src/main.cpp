#include "app.hpp"
#include "cli/run.hpp"

int main(int argc, char** argv) {
    return refrain::cli::run(argc, argv, refrain::serve);
}
