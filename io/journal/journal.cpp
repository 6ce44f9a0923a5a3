#include "arcuate/io/journal.hpp"
