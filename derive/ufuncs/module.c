/* SPDX-License-Identifier: MIT */

/* derive._ufuncs: NumPy ufuncs over the array forms of the emitted C.

   setup.py compiles it with the files of generated/c and with a table that it writes from generated/manifest.json,
   functions.inc: a line UFUNC(name, inputs, outputs, doc) for each function. One binary serves all Pythons from 3.11 on
   (limited API) and all NumPy from 1.26 on. */

#define Py_LIMITED_API 0x030b0000
#define NPY_NO_DEPRECATED_API NPY_1_22_API_VERSION
#define NPY_TARGET_VERSION NPY_1_22_API_VERSION

#include <Python.h>

#include <fenv.h>
#include <string.h>

#include <numpy/ndarraytypes.h>
#include <numpy/arrayobject.h>
#include <numpy/ufuncobject.h>

/* Elements that are gathered at once where an operand does not lie element by element. */
enum { BLOCK = 256, MOST = 8 };

/* A function of the C library by its address; how it is called depends on the number of its operands. */
typedef struct {
    void (*call)(void);
    int operands;
    int inputs;
    size_t size;
} kernel;

typedef void *ptr;

static void apply(const kernel *k, size_t n, char *const *p)
{
    switch (k->operands) {
    case 2:
        ((void (*)(size_t, ptr, ptr))k->call)(n, p[0], p[1]);
        break;
    case 3:
        ((void (*)(size_t, ptr, ptr, ptr))k->call)(n, p[0], p[1], p[2]);
        break;
    case 4:
        ((void (*)(size_t, ptr, ptr, ptr, ptr))k->call)(n, p[0], p[1], p[2], p[3]);
        break;
    case 5:
        ((void (*)(size_t, ptr, ptr, ptr, ptr, ptr))k->call)(n, p[0], p[1], p[2], p[3], p[4]);
        break;
    case 8:
        ((void (*)(size_t, ptr, ptr, ptr, ptr, ptr, ptr, ptr, ptr))k->call)(
            n, p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7]);
        break;
    }
}

static void copy(char *to, npy_intp to_step, const char *from, npy_intp from_step, size_t n, size_t size)
{
    for (size_t i = 0; i < n; i++) {
        memcpy(to + (npy_intp)i * to_step, from + (npy_intp)i * from_step, size);
    }
}

/* The inner loop of every ufunc. The flags that the kernels raise on the way say nothing of the results. */
static void loop(char **args, const npy_intp *dimensions, const npy_intp *steps, void *data)
{
    const kernel *k = data;
    const size_t n = (size_t)dimensions[0];
    const npy_intp size = (npy_intp)k->size;
    double buffers[MOST][BLOCK];
    char *at[MOST];
    fenv_t environment;
    int together = 1;
    for (int i = 0; i < k->operands; i++) {
        together = together && (steps[i] == size || n == 1);
    }
    feholdexcept(&environment);
    if (together) {
        apply(k, n, args);
    } else {
        for (size_t start = 0; start < n; start += BLOCK) {
            const size_t count = n - start < BLOCK ? n - start : BLOCK;
            for (int i = 0; i < k->operands; i++) {
                char *here = args[i] + (npy_intp)start * steps[i];
                at[i] = steps[i] == size ? here : (char *)buffers[i];
                if (steps[i] != size && i < k->inputs) {
                    copy(at[i], size, here, steps[i], count, k->size);
                }
            }
            apply(k, count, at);
            for (int i = k->inputs; i < k->operands; i++) {
                if (steps[i] != size) {
                    copy(args[i] + (npy_intp)start * steps[i], steps[i], at[i], size, count, k->size);
                }
            }
        }
    }
    fesetenv(&environment);
}

#define UFUNC(name, in, out, doc) \
    extern void derive_##name##_array(void); \
    extern void derive_##name##_arrayf(void);
#include "functions.inc"
#undef UFUNC

/* In the order in which NumPy tries them: float32 (and what is smaller), float64. */
#define UFUNC(name, in, out, doc) \
    static const kernel name##_kernels[2] = {{derive_##name##_arrayf, in + out, in, sizeof(float)}, \
                                             {derive_##name##_array, in + out, in, sizeof(double)}}; \
    static void *name##_data[2] = {(void *)&name##_kernels[0], (void *)&name##_kernels[1]};
#include "functions.inc"
#undef UFUNC

static PyUFuncGenericFunction loops[2] = {loop, loop};
/* By number of operands: all float, then all double. */
static char types_of[MOST + 1][2 * MOST];

static int add(PyObject *module, const char *name, void **data, int inputs, int outputs, const char *doc)
{
    const int operands = inputs + outputs;
    for (int i = 0; i < operands; i++) {
        types_of[operands][i] = NPY_FLOAT;
        types_of[operands][operands + i] = NPY_DOUBLE;
    }
    PyObject *made = PyUFunc_FromFuncAndData(
        loops, data, types_of[operands], 2, inputs, outputs, PyUFunc_None, name, doc, 0);
    if (made == NULL) {
        return -1;
    }
    const int failed = PyModule_AddObjectRef(module, name, made);
    Py_DECREF(made);
    return failed;
}

static int execute(PyObject *module)
{
    if (PyArray_ImportNumPyAPI() < 0 || PyUFunc_ImportUFuncAPI() < 0) {
        return -1;
    }
#define UFUNC(name, in, out, doc) \
    if (add(module, #name, name##_data, in, out, doc) < 0) { \
        return -1; \
    }
#include "functions.inc"
#undef UFUNC
    return PyModule_AddStringConstant(module, "DIGEST", DERIVE_DIGEST);
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, execute}, {0, NULL}};
static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_ufuncs", "NumPy ufuncs over the emitted C.", 0, NULL, slots, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__ufuncs(void)
{
    return PyModuleDef_Init(&definition);
}
